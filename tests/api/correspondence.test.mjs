// An agency's own system writes to a business and a person, by Altinn's correspondence interface, through the real program: what it is
// answered, to the letter (golden/), that it is as /openapi.json says, and what it never gets.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { Client } from '../lib/client.mjs';
import { Server, sleep } from '../lib/server.mjs';
import { compareGolden, named } from '../lib/golden.mjs';
import { Organisation, agencyNumber } from '../lib/organisation.mjs';
import { Document } from '../lib/api.mjs';
import { openLetter } from '../lib/messages.mjs';
import { numberOf } from '../lib/certificates.mjs';

const base = '/correspondence/api/v1';
const reads = 'altinn:correspondence.read', writes = 'altinn:correspondence.write';
const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
let server, document, agency, reader, manager, party, firm, names = {};

const golden = (name) => new URL(`./golden/correspondence-${name}.json`, import.meta.url);
const sha256 = (octets) => createHash('sha256').update(octets).digest('hex');

/** Asks as the agency's system, and looks whether the answer is as the document says. */
async function ask(method, path, { by = agency, status = 200, ...options } = {}) {
  const answer = await by.call(method, base + path, options);
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text?.slice(0, 500)}`);
  document.check(method, base + path, answer);
  return answer;
}
const compared = (name, answer) => compareGolden(golden(name), named({ status: answer.status, 'content-type': answer.headers['content-type'], body: answer.json }, names));

/** What is sent; `more` goes into the correspondence. */
const letter = (recipients, more = {}, around = {}) => ({
  correspondence: {
    resourceId: 'app_dat_brev', sender: `0192:${agencyNumber}`, sendersReference: '26/00042',
    content: { language: 'nb', messageTitle: 'Om internkontroll', messageSummary: 'Vi ber om svar', messageBody: 'Vi ber om **svar** innen fristen.' },
    dueDateTime: '2099-01-15T12:00:00Z', reply: 'message', isConfirmationNeeded: true, notification: { notificationTemplate: 'GenericAltinnMessage', notificationChannel: 'EmailPreferred' },
    ...more,
  },
  recipients, ...around,
});
const toFirm = () => `urn:altinn:organization:identifier-no:${firm}`;

/** A form with fields and files, as a client library writes it. */
function multipart(fields, files) {
  const boundary = `----alting${randomUUID()}`;
  const parts = fields.map(([name, value]) => Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`));
  for (const { name, data } of files) parts.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="Attachments"; filename="${name}"\r\nContent-Type: application/pdf\r\n\r\n`), data, Buffer.from('\r\n'));
  return { body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]), headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` } };
}

before(async () => {
  server = await Server.demo();
  document = await Document.of(server.origin);
  agency = await Organisation.of(server, agencyNumber, { scopes: [reads, writes] });
  reader = await Organisation.of(server, agencyNumber, { scopes: [reads] });
  manager = new Client(server.origin);
  await manager.login('Modig Måltrost');
  party = await manager.chooseParty('Fjord og Fjell AS');
  firm = await numberOf(manager, 'Fjord og Fjell AS');
  names = { [server.origin]: 'origin', [firm]: 'firm', [agencyNumber]: 'agency' };
});
after(() => server?.remove());

test('a message with an attachment goes to a business, which is told and opens it, and the system sees when and in what capacity', async () => {
  const announced = await ask('POST', '/attachment', { json: { resourceId: 'app_dat_brev', fileName: 'vedtak.pdf', sendersReference: 'v1' } });
  const attachment = announced.json;
  names[attachment] = 'attachment';
  compared('attachment-announced', await ask('GET', `/attachment/${attachment}`));
  const octets = { body: pdf, headers: { 'Content-Type': 'application/octet-stream' } };
  compared('attachment', await ask('POST', `/attachment/${attachment}/upload`, octets));
  assert.ok((await ask('GET', `/attachment/${attachment}/download`)).octets.equals(pdf));

  const sent = await ask('POST', '/correspondence', { json: letter([toFirm()], {}, { existingAttachments: [attachment], idempotentKey: randomUUID() }) });
  const id = sent.json.correspondences[0].correspondenceId;
  names[id] = 'correspondence';
  compared('sent', sent);
  const state = { ...(await ask('GET', `/correspondence/${id}`)) };
  state.json = { ...state.json, notifications: '<notifications>' };  // a notice may be on its way, or taken by the mail server
  compared('overview', state);
  assert.equal((await ask('GET', `/correspondence/${id}/content`)).text, 'Vi ber om **svar** innen fristen.');
  const file = await ask('GET', `/correspondence/${id}/attachment/${attachment}/download`);
  assert.equal(sha256(file.octets), sha256(pdf));
  assert.equal(file.headers['content-type'], 'application/pdf');

  // The notice went by mail, and nothing tells where to.
  let told;
  for (let count = 0; count < 300 && told?.processingStatus.status !== 'handed_over'; count += 1) {
    await sleep(100);
    const answer = await ask('GET', `/correspondence/${id}/details`);
    assert.ok(!answer.text.includes('@'), answer.text);
    [told] = answer.json.notifications;
  }
  assert.equal(told?.processingStatus.status, 'handed_over', JSON.stringify(told));
  assert.equal(told.notificationChannel, 'Email');

  await openLetter(manager, party, id);
  const details = await ask('GET', `/correspondence/${id}/details`);
  assert.deepEqual(details.json.statusHistory.map((one) => one.status), ['Initialized', 'Published', 'Read']);
  assert.match(details.json.statusHistory[2].capacity, /^role /);
  assert.ok(!details.text.includes('Måltrost'));
  assert.ok((await ask('GET', '/correspondence?resourceId=app_dat_brev&status=Read')).json.ids.includes(id));
});

test('files come in the same call as a form, and the same key sends once', async () => {
  const fields = [['Correspondence.ResourceId', 'app_dat_brev'], ['Correspondence.SendersReference', '26/1'], ['Correspondence.Content.Language', 'nb'],
                  ['Correspondence.Content.MessageTitle', 'Med fil'], ['Correspondence.Content.MessageBody', 'Se vedlegget.'],
                  ['Correspondence.Content.Attachments[0].FileName', 'vedtak.pdf'], ['Recipients[0]', toFirm()]];
  const key = { 'Idempotency-Key': randomUUID() };
  const call = async (all, status) => {
    const { body, headers } = multipart(all, [{ name: 'vedtak.pdf', data: pdf }]);
    return ask('POST', '/correspondence/upload', { body, headers: { ...headers, ...key }, status });
  };
  const first = await call(fields, 200);
  assert.deepEqual((await call(fields, 200)).json, first.json);
  assert.equal((await call(fields.with(1, ['Correspondence.SendersReference', '26/2']), 422)).json.code, 'error.api.key.other_content');
  const { content } = (await ask('GET', `/correspondence/${first.json.correspondences[0].correspondenceId}`)).json;
  assert.deepEqual(content.attachments.map((one) => [one.fileName, one.sha256]), [['vedtak.pdf', sha256(pdf)]]);
});

test('a call that cannot be carried out whole is refused whole, and told what is wrong', async () => {
  const before = (await ask('GET', '/correspondence?resourceId=app_dat_brev')).json.ids.length;
  const wrong = {
    'correspondence.error.recipients': letter([toFirm(), '0192:999999999', 'kari@example.no', toFirm()]), 'messages.error.no_recipients': letter([]),
    'error.api.content.schema': letter([toFirm()], { allowForwarding: true }), 'correspondence.error.sender': letter([toFirm()], { sender: `0192:${firm}` }),
    'messages.error.no_title': letter([toFirm()], { content: { language: 'nb', messageTitle: ' ', messageBody: 'x' } }), 'messages.error.no_reason': letter([toFirm()], { ignoreReservation: true }),
  };
  for (const [code, json] of Object.entries(wrong)) assert.equal((await ask('POST', '/correspondence', { json, status: 400 })).json.code, code);
  const faults = (await ask('POST', '/correspondence', { json: wrong['correspondence.error.recipients'], status: 400 })).json.errors;
  assert.deepEqual(faults.map((one) => [one.pointer, one.keyword]), [['#/recipients/1', 'messages.error.recipient_unknown'], ['#/recipients/2', 'messages.error.recipient'], ['#/recipients/3', 'messages.error.recipient_twice']]);
  const several = letter([toFirm(), '0192:999999999'], { dueDateTime: '2020-01-01T00:00:00Z', content: { language: 'nb', messageTitle: ' ', messageBody: ' ' } });
  const all = (await ask('POST', '/correspondence', { json: several, status: 400 })).json;
  assert.equal(all.code, 'correspondence.error.faults');
  assert.deepEqual(all.errors.map((one) => [one.pointer, one.keyword]), [['#/correspondence/content/messageTitle', 'messages.error.no_title'], ['#/correspondence/content/messageBody', 'messages.error.no_body'], ['#/correspondence/dueDateTime', 'messages.error.due'], ['#/recipients/1', 'messages.error.recipient_unknown']]);
  const gone = letter([toFirm()], {}, { existingAttachments: ['0198b1a0-0000-7000-8000-000000000001'] });
  assert.equal((await ask('POST', '/correspondence', { json: gone, status: 404 })).json.code, 'messages.error.file_gone');
  const many = letter(Array.from({ length: 10_001 }, (_, i) => `0192:${String(i).padStart(9, '0')}`));
  assert.equal((await ask('POST', '/correspondence', { json: many, status: 400 })).json.errors[0].keyword, 'maxItems');
  await ask('POST', '/correspondence', { body: '{}', headers: { 'Content-Type': 'text/plain' }, status: 415 });
  await ask('POST', '/correspondence/upload', { json: letter([toFirm()]), status: 415 });
  assert.equal((await ask('GET', '/correspondence?resourceId=app_dat_brev')).json.ids.length, before);
});

test('who may only read sends nothing, and another organisation is told of nothing', async () => {
  const sent = await ask('POST', '/correspondence', { json: letter([toFirm()]) });
  const id = sent.json.correspondences[0].correspondenceId;
  await ask('GET', `/correspondence/${id}`, { by: reader });
  assert.equal((await ask('POST', '/correspondence', { by: reader, json: letter([toFirm()]), status: 403 })).json.code, 'error.token.scope');
  const stranger = await Organisation.of(server, firm, { scopes: [reads, writes] });
  for (const place of ['', '/details', '/content', '/replies']) await ask('GET', `/correspondence/${id}${place}`, { by: stranger, status: 404 });
  await ask('POST', '/correspondence', { by: stranger, json: letter([toFirm()], { sender: null }), status: 404 });
  await ask('GET', '/correspondence?resourceId=app_dat_brev', { by: stranger, status: 404 });
  for (const path of [`/correspondence/${id}/confirm`, `/correspondence/${id}/purge`, `/correspondence/${id}/forward`]) {
    const answer = await agency.call('POST', base + path, { json: {} });
    assert.equal(answer.status, 404, `${path}: what is not served is not there`);
  }
});
