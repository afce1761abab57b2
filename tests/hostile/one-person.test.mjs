// What one person may do in an hour, and what a post may claim: against a real server whose limits are small.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, form, filled, words } from '../lib/client.mjs';
import { Server, freePorts } from '../lib/server.mjs';

const app = 'dat/veiledning';
let server, manager, party;

before(async () => {
  server = await Server.demo({ start: false, folder: mkdtempSync(join(tmpdir(), 'alting-one-person-')), port: await freePorts() });
  server.configure('limits.drafts_per_hour = 8', 'limits.deletions_per_hour = 1', 'limits.entries_per_hour = 4', 'limits.logins_per_hour = 3',
                   'limits.upload_megabytes_per_hour = 1');
  await server.start();
  manager = new Client(server.origin);
  await manager.login('Modig Måltrost');
  party = await manager.chooseParty('Fjord og Fjell AS');
});
after(async () => server?.remove());

/** A refusal for a while: 429, how long in words and in the header. */
function wait(answer, status = 429) {
  assert.equal(answer.status, status, words(answer.body).slice(0, 300));
  assert.match(words(answer.body), /\b[1-9][0-9]? min\b/);
  const seconds = Number(answer.headers['retry-after']);
  assert.ok(seconds > 0 && seconds <= 3600, `Retry-After ${answer.headers['retry-after']}`);
}

test('a page that says it showed thousands of lists and fields is answered, and others meanwhile', async () => {
  const { id } = await manager.start(party, app);
  const page = await manager.get(`/a/${party}/utkast/${id}/side/Sporsmal`);
  const wanted = form(page.body, '#form-page');
  const claims = [Object.fromEntries(Array.from({ length: 5990 }, (_, i) => [`a${i}[]`, '1'])),
                  Object.fromEntries(Array.from({ length: 5990 }, (_, i) => ['.'.repeat(i % 40) + `sporsmal${'.'.repeat(Math.floor(i / 40))}`, '1'])),
                  Object.fromEntries(Array.from({ length: 5990 }, (_, i) => [`sporsmal.emne[${'0'.repeat(i % 20)}${i}]`, '1']))];
  const others = new Client(server.origin);
  const [home, ...answers] = await Promise.all([others.get('/hjelp'), ...claims.map((seen) => manager.request('POST', `${server.origin}/a/${party}/utkast/${id}/side/Sporsmal/lagre`,
    { body: new URLSearchParams(filled(wanted, { seen: JSON.stringify(seen) })).toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: server.origin, 'Alting-Fragment': '1' } }))]);
  assert.equal(home.status, 200);
  for (const answer of answers) assert.equal(answer.status, 200, words(answer.body).slice(0, 200));
});

test('a one-time id is good for what it was made for and for nothing else', async () => {
  const start = await manager.get(`/a/${party}/skjema/${app}`);
  const begin = form(start.body, '/start');
  const once = filled(begin, {}).find(([name]) => name === 'once')[1];
  await manager.submit(start, begin, 'valg' in begin.choices ? { valg: 'ny' } : {}, { follow: false });

  const access = await manager.get(`/a/${party}/tilgang`);
  const give = form(access.body, '/tilgang/gi');
  const given = await manager.submit(access, give, { fnr: '03899146556', etternavn: 'Elvebredd', hva: `skjema:${app}`, bekreft: 'ja' });
  assert.match(words(given.body), /Stille Elvebredd/);
  assert.ok(/role="alert"|ds-alert/.test(given.body));
  const withdraw = form(given.body, '/trekk');
  const refused = await manager.submit(given, withdraw, { once }, { follow: false });
  assert.equal(refused.status, 409, 'withdrawing under the id of a creation');
  const after = await manager.get(`/a/${party}/tilgang`);
  assert.match(words(after.body), /Stille Elvebredd/, 'the access stands');
});

test('a link cannot claim that something was done', async () => {
  const plain = words((await manager.get(`/a/${party}/tilgang`)).body);
  for (const query of ['melding=trukket', 'melding=gitt', 'gjort=x', 'gjort=11111111-1111-4111-8111-111111111111'])
    assert.equal(words((await manager.get(`/a/${party}/tilgang?${query}`)).body), plain, query);
  assert.doesNotMatch(words((await manager.get(`/a/${party}/innboks?melding=slettet`)).body), /Utkastet er slettet/);
});

test('a colleague with one form does not learn which other instances there are', async () => {
  const colleague = new Client(server.origin);
  await colleague.login('Stille Elvebredd');
  const { id } = await manager.start(party, 'dat/avviksmelding');
  const nobody = '11111111-1111-4111-8111-111111111111';
  const mine = await colleague.get(`/a/${party}/skjema/${app}`);
  const token = filled(form(mine.body, '/start'), {});
  for (const rest of ['', '/oversikt', '/side/Tid', '/vedlegg/' + nobody]) {
    const [theirs, none] = [await colleague.get(`/a/${party}/utkast/${id}${rest}`, { follow: false }), await colleague.get(`/a/${party}/utkast/${nobody}${rest}`, { follow: false })];
    assert.equal(theirs.status, none.status, rest);
    assert.equal(words(theirs.body).replaceAll(id, nobody), words(none.body), rest);
  }
  for (const rest of ['/send', '/slett']) {
    const post = (instance) => colleague.request('POST', `${server.origin}/a/${party}/utkast/${instance}${rest}`, { body: new URLSearchParams(token).toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: server.origin } });
    const [theirs, none] = [await post(id), await post(nobody)];
    assert.equal(theirs.status, none.status, rest);
  }
});

test('deletions, drafts, bytes, moves and logins of one person have an end, which says how long it lasts', async () => {
  const drop = async () => {
    const { id } = await manager.start(party, app);
    const page = await manager.get(`/a/${party}/utkast/${id}/oversikt`);
    return [await manager.submit(page, form(page.body, '/slett'), {}), id];
  };
  const [gone] = await drop();
  assert.match(words(gone.body), /Utkastet er slettet/);
  const [kept, id] = await drop();
  wait(kept);

  const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n'), Buffer.alloc(700 * 1024, 0x20), Buffer.from('\ntrailer<</Root 1 0 R>>\n%%EOF\n')]);
  const upload = async () => {
    const page = await manager.get(`/a/${party}/utkast/${id}/side/Sporsmal`);
    return manager.submit(page, form(page.body, '#form-page'), { 'tag:vedlegg': 'brev' }, { button: { name: 'upload', value: 'vedlegg' }, files: [{ field: 'file:vedlegg', name: 'v.pdf', type: 'application/pdf', data: pdf }] });
  };
  assert.equal((await upload()).status, 200);
  const over = await upload();
  assert.equal(over.status, 422);
  assert.match(words(over.body), /lastet opp svært mye på kort tid\. Du kan laste opp mer om [1-9][0-9]? min/);

  let refused;
  for (let i = 0; i < 10 && !refused; i += 1) {
    const start = await manager.get(`/a/${party}/skjema/${app}`);
    const wanted = form(start.body, '/start');
    const answer = await manager.submit(start, wanted, 'valg' in wanted.choices ? { valg: 'ny' } : {});
    if (answer.status !== 200) refused = answer;
  }
  wait(refused);
  assert.match(words(refused.body), /påbegynt/);

  const attempts = [];
  for (let i = 0; i < 3; i += 1) attempts.push(await new Client(server.origin).login('Modig Måltrost').then((page) => ({ page }), (error) => ({ error })));
  const refusals = attempts.filter(({ error }) => error).map(({ error }) => error.response ?? assert.fail(error));
  assert.equal(refusals.length, 1, 'the fourth login of the hour is refused');
  wait(refusals[0]);
  assert.match(words(refusals[0].body), /Du har logget inn svært mange ganger på kort tid\. Du kan logge inn igjen om [1-9][0-9]? min/);
});
