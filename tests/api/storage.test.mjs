// An agency's own system fetches what was sent, by Altinn's storage interface, from the real program: what it is answered, to the letter
// (golden/), that it is as /openapi.json says, that the sender sees each reading, and what it never gets.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Client, words } from '../lib/client.mjs';
import { Server } from '../lib/server.mjs';
import { compareGolden, named } from '../lib/golden.mjs';
import { Organisation, agencyNumber, organisationNumberOf, sendNotice } from '../lib/organisation.mjs';
import { Document } from '../lib/api.mjs';

const base = '/storage/api/v1';
const reads = 'altinn:serviceowner/instances.read', confirms = 'altinn:serviceowner/instances.write';
let server, document, manager, party, agency, reader, notice, addition, draft, names;

const golden = (name) => new URL(`./golden/storage-${name}.json`, import.meta.url);
const sha256 = (octets) => createHash('sha256').update(octets).digest('hex');
/** What is compared of an answer. */
const asAnswered = (answer) => ({ status: answer.status, 'content-type': answer.headers['content-type'], body: named(answer.json, names) });

/** Asks as the agency's system, and looks whether the answer is as the document says. */
async function ask(path, { by = agency, method = 'GET', status = 200, ...options } = {}) {
  const answer = await by.call(method, path, options);
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text?.slice(0, 500)}`);
  document.check(method, path, answer);
  return answer;
}
const of = (thing) => `${base}/instances/${thing.partyId}/${thing.id}`;
const element = async (thing, type) => (await ask(`${of(thing)}/dataelements`)).json.dataElements.find((one) => one.dataType === type);

/** How often the sender's own log says that the agency read. */
async function readings() {
  const page = await manager.get(`/a/${party}/aktivitet`);
  assert.equal(page.status, 200);
  return words(page.body).split('Etaten leste').length - 1;
}

before(async () => {
  server = await Server.demo();
  document = await Document.of(server.origin);
  manager = new Client(server.origin);
  await manager.login('Modig Måltrost');
  party = await manager.chooseParty('Fjord og Fjell AS');
  notice = await sendNotice(manager, party, { text: 'hulder', file: 'brev.pdf' });
  addition = await sendNotice(manager, party, { text: 'nisse', adds: notice.id });
  draft = (await manager.start(party, 'dat/veiledning')).id;
  agency = await Organisation.of(server, agencyNumber, { scopes: [reads, confirms] });
  reader = await Organisation.of(server, agencyNumber, { scopes: [reads] });

  const { instances } = (await agency.get(`${base}/instances?org=dat`)).json;
  assert.equal(instances.length, 2, 'the notice and the addition, and no draft');
  const [partyId] = instances[0].id.split('/');
  for (const thing of [notice, addition]) thing.partyId = partyId;
  names = { [server.origin]: 'origin', [partyId]: 'party', [notice.id]: 'notice', [addition.id]: 'addition',
            [notice.reference]: 'reference', [addition.reference]: 'addition-reference',
            [instances[0].instanceOwner.organisationNumber]: 'number' };
  for (const [of, instance] of [['notice', instances[0]], ['addition', instances[1]]]) {
    names[instance.created] = `${of}-received`;
    for (const one of instance.data) {
      names[one.id] = `${of}-${one.dataType}`;
      if (one.contentHash && one.dataType === 'ref-data-as-sent') names[one.contentHash] = `${of}-sha256`;
    }
  }
});
after(async () => server?.remove());

/** Sizes of documents with times in them differ by a few octets. */
function withoutSizes(answer) {
  const all = structuredClone(answer);
  const instances = all.body.instances ?? [all.body];
  for (const one of instances.flatMap((instance) => instance.data ?? instance.dataElements ?? []))
    if (one.dataType === 'ref-data-as-sent') one.size = '<size>';
  return all;
}

test('a list, an instance, its elements and its events are answered as the snapshots have them', async () => {
  compareGolden(golden('instances'), withoutSizes(asAnswered(await ask(`${base}/instances?org=dat&process.isComplete=true&excludeConfirmedBy=dat`))));
  compareGolden(golden('instance'), withoutSizes(asAnswered(await ask(of(notice)))));
  compareGolden(golden('addition'), withoutSizes(asAnswered(await ask(of(addition)))));
  compareGolden(golden('dataelements'), withoutSizes(asAnswered(await ask(`${of(notice)}/dataelements`))));
  compareGolden(golden('events'), asAnswered(await ask(`${of(notice)}/events`)));
  compareGolden(golden('data'), asAnswered(await ask(`${of(notice)}/data/${(await element(notice, 'henvendelse')).id}`)));
});

test('forms and their words are told to everybody', async () => {
  const nobody = { token: '' };
  compareGolden(golden('applications'), asAnswered(await ask(`${base}/applications/dat`, nobody)));
  const one = await ask(`${base}/applications/dat/veiledning`, nobody);
  assert.deepEqual((await ask(`${base}/applications`, nobody)).json.applications.find(({ id }) => id === one.json.id), one.json);
  const texts = await ask(`${base}/applications/dat/veiledning/texts/nn`, nobody);
  assert.equal(texts.json.language, 'nn');
  assert.ok(texts.json.resources.some(({ id, value }) => id === 'appName' && value === 'Be om rettleiing frå Datatilsynet'));
});

test('what is fetched is what was sent, to the octet', async () => {
  const sent = await manager.get(`/a/${party}/sak/${notice.id}/skjema.json`, { binary: true });
  assert.equal(sent.status, 200);
  const whole = await element(notice, 'ref-data-as-sent');
  const fetched = await ask(`${of(notice)}/data/${whole.id}`);
  assert.ok(fetched.octets.equals(sent.octets));
  assert.equal(sha256(fetched.octets), whole.contentHash);
  assert.equal(fetched.octets.length, whole.size);
  const file = await element(notice, 'vedlegg');
  const attached = await ask(`${of(notice)}/data/${file.id}`);
  assert.equal(sha256(attached.octets), file.contentHash);
  assert.ok(attached.octets.equals(notice.file));
  assert.equal(attached.headers['content-type'], 'application/pdf');
  const paper = await ask(`${of(notice)}/data/${(await element(notice, 'ref-data-as-pdf')).id}`);
  assert.equal(paper.octets.subarray(0, 5).toString(), '%PDF-');
  assert.equal(paper.headers['content-type'], 'application/pdf');
});

test('each reading is an entry that the sender sees', async () => {
  const { data } = (await ask(of(notice))).json;
  for (const one of data) {
    const seen = await readings();
    await ask(`${of(notice)}/data/${one.id}`);
    assert.equal(await readings(), seen + 1, one.dataType);
  }
  const seen = await readings();
  await ask(of(notice));
  await ask(`${of(notice)}/events`);
  assert.equal(await readings(), seen + 2);
});

test('pages follow one another until there is no next, each instance once', async () => {
  const all = await agency.all(`${base}/instances?org=dat&size=1`);
  assert.deepEqual(all.map(({ id }) => id.split('/')[1]), [notice.id, addition.id]);
});

test('what is confirmed is left out of the list, once and for all', async () => {
  const refused = await ask(`${of(addition)}/complete`, { by: reader, method: 'POST', status: 403 });
  assert.equal(refused.json.code, 'error.token.scope');
  const before = await readings();
  const first = await ask(`${of(notice)}/complete`, { method: 'POST' });
  names[first.json.completeConfirmations[0].confirmedOn] = 'confirmed';
  compareGolden(golden('complete'), withoutSizes(asAnswered(first)));
  assert.deepEqual((await ask(`${of(notice)}/complete`, { method: 'POST' })).json, first.json);
  assert.equal(await readings(), before, 'to confirm is not to read');
  compareGolden(golden('events-confirmed'), asAnswered(await ask(`${of(notice)}/events`)));
  const left = await ask(`${base}/instances?org=dat&excludeConfirmedBy=dat`);
  assert.deepEqual(left.json.instances.map(({ id }) => id.split('/')[1]), [addition.id]);
  const log = await manager.get(`/a/${party}/aktivitet`);
  assert.match(words(log.body), /Etaten bekreftet at innsendingen er hentet/);
});

test('questions that are not understood are refused with what is wrong', async () => {
  const wrong = {
    whose: '/instances', moment: '/instances?org=dat&created=gt:yesterday', page: '/instances?org=dat&continuationToken=x',
    unknown: '/instances?org=dat&process.currentTask=Task_1', size: '/instances?org=dat&size=1000', twice: '/instances?org=dat&org=dat',
  };
  const answers = {};
  for (const [name, path] of Object.entries(wrong)) {
    const answer = await ask(base + path, { status: 400 });
    assert.equal(answer.headers['content-type'], 'application/problem+json', name);
    answers[name] = named(answer.json, names);
  }
  const owner = await ask(`${base}/instances?org=dat`, { status: 400, headers: { 'X-Ai-InstanceOwnerIdentifier': 'Person:03899146556' } });
  answers.owner = named(owner.json, names);
  compareGolden(golden('refused'), answers);
});

test('nothing of a draft is there, and nothing for others than the agency it was sent to', async () => {
  for (const path of ['', '/dataelements', '/events', `/data/${notice.elements[0]}`])
    await ask(`${base}/instances/${notice.partyId}/${draft}${path}`, { status: 404 });
  await ask(`${base}/instances/${notice.partyId}/${draft}/complete`, { method: 'POST', status: 404 });
  for (const state of ['process.isComplete=false', 'status.isArchived=false', 'status.isSoftDeleted=true'])
    assert.equal((await ask(`${base}/instances?org=dat&${state}`)).json.count, 0, state);

  const firm = await Organisation.of(server, await organisationNumberOf(agency, notice.partyId), { scopes: [reads, confirms] });
  await ask(`${base}/instances?org=dat`, { by: firm, status: 403 });
  for (const path of ['', '/dataelements', '/events', `/data/${notice.elements[0]}`])
    await ask(of(notice) + path, { by: firm, status: 404 });
  await ask(`${of(notice)}/complete`, { by: firm, method: 'POST', status: 404 });
  await ask(of(notice), { token: '', status: 401 });
});
