// An agency's system is told of what was sent, by the real program: a feed to pull, and webhooks to end points that are good, slow, down,
// lead elsewhere, lead inside, or want no more. Each in its own lane. The program is killed in the midst of it, and nothing is lost.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { createPublicKey, verify } from 'node:crypto';
import { Client, words } from '../lib/client.mjs';
import { Server, sleep } from '../lib/server.mjs';
import { compareGolden, named } from '../lib/golden.mjs';
import { Organisation, agencyNumber, organisationNumberOf, sendNotice } from '../lib/organisation.mjs';
import { Document } from '../lib/api.mjs';

const base = '/events/api/v1';
const scopes = ['altinn:events.subscribe', 'altinn:serviceowner/instances.read'];
const validation = 'platform.events.validatesubscription';
const golden = (name) => new URL(`../api/golden/events-${name}.json`, import.meta.url);
let server, document, manager, party, agency, names;

/** Subscribers on this machine. Each has a path, and answers as it is told: a status, {status, headers}, or a function of the request. */
const subscribers = {
  got: [], answers: new Map(),
  async start() {
    this.server = http.createServer((request, response) => {
      const parts = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', async () => {
        const body = Buffer.concat(parts).toString('utf8');
        const event = request.method === 'POST' ? JSON.parse(body) : {};
        this.got.push({ path: request.url, method: request.method, headers: request.headers, body, event, at: Date.now() });
        let answer = this.answers.get(request.url) ?? 200;
        if (event.type === validation && !this.answers.get(`${request.url} validation`)) answer = 200;
        if (typeof answer === 'function') answer = await answer(event);
        const { status, headers } = typeof answer === 'number' ? { status: answer, headers: {} } : answer;
        response.writeHead(status, headers).end();
      });
    });
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.port = this.server.address().port;
  },
  address(path) { return `http://localhost:${this.port}${path}`; },
  of(path) { return this.got.filter((one) => one.path === path && one.event.type !== validation); },
  numbers(path) { return this.of(path).map(({ event }) => event.seq).sort((a, b) => a - b); },
};

async function ask(method, path, { by = agency, status = 200, json, ...options } = {}) {
  const answer = await by.call(method, path, { json, ...options });
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text?.slice(0, 500)}`);
  document.check(method, path, answer);
  return answer;
}
const subscribe = async (path, filters = {}) => (await ask('POST', `${base}/subscriptions`, { status: 201, json: { endPoint: subscribers.address(path), ...filters } })).json;
const subscription = async (id) => (await ask('GET', `${base}/subscriptions/${id}`)).json;
async function until(so, what, patience = 60_000) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await so();
    if (found) return found;
    if (Date.now() > end) {
      const state = (await agency.get(`${base}/subscriptions`)).text;
      const log = server.lastLog(1_000_000).split('\n').filter((line) => !line.includes('"event":"request"')).join('\n');
      assert.fail(`${what}:\n${state}\n${log.slice(-3000)}`);
    }
    await sleep(20);
  }
}
const active = (id) => until(async () => (await subscription(id)).state === 'active', 'the subscription becomes active');
const end = (id) => ask('DELETE', `${base}/subscriptions/${id}`);
const feed = async (after = 0) => (await ask('GET', `${base}/events?after=${after}&size=1000`)).json;

before(async () => {
  await subscribers.start();
  server = await Server.demo({ start: false });
  server.configure(`events.inside_hosts = ["localhost:${subscribers.port}"]`);
  await server.start();
  document = await Document.of(server.origin);
  manager = new Client(server.origin);
  await manager.login('Modig Måltrost');
  party = await manager.chooseParty('Fjord og Fjell AS');
  agency = await Organisation.of(server, agencyNumber, { scopes });
});
after(async () => {
  await server?.remove();
  subscribers.server.closeAllConnections();
  subscribers.server.close();
});

test('an end point is asked first, and then told of each form that is sent, signed', async () => {
  const made = await subscribe('/good');
  assert.equal(made.validated, false);
  await active(made.id);
  const notice = await sendNotice(manager, party);
  const [told] = await until(() => subscribers.of('/good').length === 1 && subscribers.of('/good'), 'the event comes');
  assert.equal(told.headers['content-type'], 'application/cloudevents+json; charset=utf-8');
  assert.equal(told.headers['webhook-id'], told.event.id);
  assert.ok(Math.abs(Number(told.headers['webhook-timestamp']) - Date.now() / 1000) < 300);
  const { keys: [key] } = (await ask('GET', `${base}/keys`, { token: '' })).json;
  const signed = Buffer.from(`${told.headers['webhook-id']}.${told.headers['webhook-timestamp']}.${told.body}`);
  const signature = Buffer.from(told.headers['webhook-signature'].replace(/^v1a,/, ''), 'base64');
  const publicKey = createPublicKey({ key: { kty: key.kty, crv: key.crv, x: key.x }, format: 'jwk' });
  assert.ok(verify(null, signed, publicKey, signature), 'signed by the key that is served');
  assert.ok(!verify(null, Buffer.from(signed.toString().replace('seq":1', 'seq":2')), publicKey, signature));
  assert.ok(told.event.resourceinstance.endsWith(notice.id));
  assert.deepEqual((await feed())[0], told.event, 'what is sent is what is pulled');

  const partyId = told.event.subject.split('/').pop();
  names = { [server.origin]: 'origin', [notice.id]: 'notice', [partyId]: 'party', [`localhost:${subscribers.port}`]: 'subscriber',
            [await organisationNumberOf(agency, partyId)]: 'number' };
  const question = subscribers.got.find(({ event }) => event.type === validation);
  compareGolden(golden('validation'), named({ ...question.event, subject: '<agency>' }, names));
  compareGolden(golden('completed'), named(told.event, names));
  compareGolden(golden('feed'), named(await feed(), names));
  compareGolden(golden('subscription'), named(await subscription(made.id), names));
  compareGolden(golden('subscriptions'), named((await ask('GET', `${base}/subscriptions`)).json, names));
  compareGolden(golden('deliveries'), named((await ask('GET', `${base}/subscriptions/${made.id}/deliveries`)).json, names));
  await end(made.id);
});

test('nothing of a draft is told of', async () => {
  const before = await feed();
  await manager.start(party, 'dat/veiledning');
  await sendNotice(manager, party);
  const since = await until(async () => { const all = await feed(before.at(-1).seq); return all.length > 0 && all; }, 'what was sent comes');
  assert.equal(since.length, 1);
});

test('of what must be looked at at once the agency is told as such, first, and its queue says so', async () => {
  const urgent = await subscribe('/urgent', { typeFilter: 'no.alting.instance.highrisk' });
  await active(urgent.id);
  const before = (await feed()).at(-1).seq;
  const yesterday = new Date(Date.now() - 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Europe/Oslo' });
  const { id, page } = await manager.start(party, 'dat/avviksmelding', { way: 'kort' });
  await manager.fill(page, { 'avslutning.gradert': 'nei', 'tid.kjennskap.date': yesterday, 'tid.kjennskap.time': '10:00', 'beskrivelse.hva': 'En liste kom på avveie.',
                             'kontakt.melder.telefon': '22334455', 'melding.resten': ['bekreftet'], 'avslutning.erklaering': ['bekreftet'] });
  await manager.fill(await manager.get(`/a/${party}/utkast/${id}/side/Konsekvenser`), { 'konsekvenser.risiko': 'hoey_risiko' }, { go: 'close' });
  await manager.send(party, id);
  await sendNotice(manager, party);
  const [told] = await until(() => subscribers.of('/urgent').length > 0 && subscribers.of('/urgent'), 'the event of high risk comes');
  assert.ok(told.event.resourceinstance.endsWith(id));
  const since = await until(async () => { const all = await feed(before); return all.length === 3 && all; }, 'all that was sent is in the feed');
  assert.deepEqual(since.map(({ type }) => type), ['no.alting.instance.highrisk', 'app.instance.process.completed', 'app.instance.process.completed']);
  assert.equal(since[0].resourceinstance, since[1].resourceinstance);
  assert.equal((await agency.get(`/storage/api/v1/instances/${told.event.resourceinstance}`)).status, 200, 'it names what is fetched');
  const staff = new Client(server.origin);
  await staff.login('Grundig Grevling');
  assert.match(words((await staff.get('/etat/dat')).body), /Høy risiko, ikke åpnet/);
  assert.equal(subscribers.of('/urgent').length, 1, 'and of the other notice not');
  await end(urgent.id);
});

test('addresses that may not be are refused at once', async () => {
  for (const [endPoint, code] of [['http://sak.example/', 'error.net.not_encrypted'], ['https://127.0.0.1/', 'error.net.inside'], ['https://[::1]/', 'error.net.inside'],
                                  ['https://169.254.169.254/latest', 'error.net.inside'], ['https://10.1.2.3/', 'error.net.inside'], ['sak.example', 'error.net.bad_address']]) {
    const refused = await ask('POST', `${base}/subscriptions`, { status: code === 'error.net.bad_address' ? 400 : 403, json: { endPoint } });
    assert.equal(refused.json.code, code, endPoint);
  }
});

test('each destination has its own lane: slow, down, leading elsewhere and inside, refusing and gone ones hold up no other', async () => {
  const kinds = ['/slow', '/down', '/redirects', '/refuses', '/gone', '/well'];
  const made = {};
  const typeFilter = 'app.instance.process.completed';  // not that one of the others fails
  for (const path of kinds) made[path] = (await subscribe(path, { typeFilter })).id;
  for (const path of kinds) await active(made[path]);
  const held = [];
  subscribers.answers.set('/slow', () => new Promise((done) => held.push(() => done(200))));
  subscribers.answers.set('/down', () => new Promise(() => {}));  // never
  subscribers.answers.set('/redirects', { status: 307, headers: { location: `http://127.0.0.1:${server.port}/readyz` } });
  subscribers.answers.set('/refuses', 500);
  subscribers.answers.set('/gone', 410);
  for (let i = 0; i < 3; i += 1) await sendNotice(manager, party);
  await until(() => subscribers.of('/well').length === 3, 'the good one has all');
  assert.ok(held.length >= 1, 'while the slow one was asked and had not answered');
  await until(async () => (await subscription(made['/gone'])).state === 'ended', 'who is gone is left alone');
  await until(async () => (await subscription(made['/redirects'])).lastOutcome === 'redirect', 'a redirect is not followed');
  assert.equal((await subscription(made['/redirects'])).lastStatus, 307);
  const refusing = await until(async () => { const one = await subscription(made['/refuses']); return one.lastStatus === 500 && one; }, 'who refuses is tried later');
  assert.ok(refusing.failingSince && refusing.nextTry);
  subscribers.answers.set('/slow', 200);
  for (const answer of held) answer();
  await until(() => new Set(subscribers.numbers('/slow')).size === 3, 'the slow one gets all in its time');
  // Mended, and asked for at once.
  subscribers.answers.set('/refuses', 200);
  await ask('PUT', `${base}/subscriptions/validate/${made['/refuses']}`);
  await until(() => new Set(subscribers.numbers('/refuses')).size === 3, 'and the one that was mended');
  await end(made['/down']);
  await end(made['/redirects']);
  for (const path of ['/slow', '/refuses', '/well']) await end(made[path]);
});

test('what was sent is sent again when asked', async () => {
  const { id } = await subscribe('/again');
  await active(id);
  const last = (await feed()).at(-1).seq;
  await ask('POST', `${base}/subscriptions/${id}/replay`, { json: { from: last - 1 } });
  await until(() => subscribers.of('/again').length === 2, 'both come');
  assert.deepEqual(subscribers.numbers('/again'), [last - 1, last]);
  await end(id);
});

test('a subscription is another agency\'s matter to nobody, and needs both scopes', async () => {
  const firm = await Organisation.of(server, await organisationNumberOf(agency, (await feed())[0].subject.split('/').pop()), { scopes });
  for (const path of [`${base}/events`, `${base}/app/dat/veiledning`, `${base}/subscriptions`, `${base}/subscriptions/1`])
    assert.equal((await ask('GET', path, { by: firm, status: 403 })).json.code, 'error.access.not_staff');
  const teller = await Organisation.of(server, agencyNumber, { scopes: scopes.slice(0, 1) });
  assert.equal((await ask('GET', `${base}/events`, { by: teller, status: 403 })).json.code, 'error.token.scope');
});

test('the program is killed again and again, and each event comes, with the numbers 1, 2, 3 ...', async () => {
  const { id } = await subscribe('/killed');
  await active(id);
  const before = (await feed()).at(-1).seq;
  let sent = 0;
  for (let round = 0; round < 4; round += 1) {
    for (let i = 0; i < 3; i += 1) { await sendNotice(manager, party); sent += 1; }
    await sleep(round * 70);
    await server.kill();
    await server.start();
  }
  await until(() => new Set(subscribers.numbers('/killed')).size === sent, 'all of them come, when the leases of who was killed have ended', 240_000);
  const all = await feed();
  assert.deepEqual(all.map(({ seq }) => seq), Array.from({ length: all.length }, (_, at) => at + 1), 'no gap and no duplicate');
  assert.equal(all.length, before + sent);
  const forms = all.filter(({ type }) => type === 'app.instance.process.completed').map(({ resourceinstance }) => resourceinstance);
  assert.equal(new Set(forms).size, forms.length);
  await end(id);
});
