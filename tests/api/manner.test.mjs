// The manner of every machine interface, from the real program: tokens, problems in three languages, limits, keys that make a call happen
// once though the program is killed, and that the document and the routes are of one table.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import { Client } from '../lib/client.mjs';
import { Server, program, sleep } from '../lib/server.mjs';
import { Organisation, agencyNumber } from '../lib/organisation.mjs';
import { Document } from '../lib/api.mjs';

const reads = 'altinn:serviceowner/instances.read', subscribes = 'altinn:events.subscribe';
const instances = '/storage/api/v1/instances?org=dat', subscriptions = '/events/api/v1/subscriptions';
let server, document, agency;

/** One call as written, with the answer as it came: {status, headers, text, json}. */
function call(origin, method, path, { headers = {}, body } = {}) {
  return new Promise((done, failed) => {
    const request = http.request(new URL(path, origin), { method, headers, agent: false }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('error', failed);
      answer.on('end', () => {
        const text = Buffer.concat(pieces).toString('utf8');
        const isJson = /json/.test(answer.headers['content-type'] ?? '');
        done({ status: answer.statusCode, headers: answer.headers, text, json: isJson ? JSON.parse(text) : undefined });
      });
    });
    request.on('error', failed);
    request.end(body);
  });
}

/** The same, looked at: a refusal of this status and code, as the document has it where it has the address. */
async function refused(method, path, status, code, options, { known = true } = {}) {
  const answer = await call(server.origin, method, path, options);
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text.slice(0, 300)}`);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
  assert.equal(answer.json.code, code);
  assert.equal(answer.json.status, status);
  assert.equal(answer.json.type, `urn:problem-type:alting:${code}`);
  if (known) document.check(method, path, answer);
  return answer;
}

const bearer = (token, more = {}) => ({ authorization: `Bearer ${token}`, ...more });
const subscription = (name) => JSON.stringify({ endPoint: `https://${name}.example/hook`, typeFilter: 'app.instance.process.completed' });

before(async () => {
  server = await Server.demo();
  document = await Document.of(server.origin);
  agency = await Organisation.of(server, agencyNumber, { scopes: [reads, subscribes] });
});
after(() => server?.remove());

test('the document and the routes of systems are one table', () => {
  const routes = execFileSync(program, ['routes', ...server.where], { encoding: 'utf8' }).trim().split('\n').map((line) => line.split(/ +/));
  const ofSystems = routes.filter(([, audience]) => audience === 'system');
  const inDocument = Object.entries(document.json.paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));
  assert.deepEqual(ofSystems.map(([method, , pattern]) => `${method} ${pattern}`).sort(), inDocument.sort());
  assert.ok(ofSystems.every((route) => route.includes('without-token')), 'no form of a browser is asked for');
});

test('a call without a token, or with one that is none, is told what is needed, in the language it asks for', async () => {
  const titles = new Set();
  for (const language of ['nb', 'nn', 'en']) {
    const none = await refused('GET', instances, 401, 'error.token.missing', { headers: { 'accept-language': language } });
    assert.equal(none.headers['content-language'], language);
    assert.equal(none.headers['www-authenticate'], 'Bearer realm="alting"');
    titles.add(none.json.title);
  }
  assert.equal(titles.size, 3);
  const bad = await refused('GET', instances, 401, 'error.token.malformed', { headers: bearer('abc') });
  assert.match(bad.headers['www-authenticate'], /error="invalid_token"/);
  await refused('GET', instances, 401, 'error.token.missing', { headers: { authorization: 'Basic YTpi' } });
});

test('a token counts in its header alone, and no cookie counts', async () => {
  const token = await agency.token();
  await refused('GET', `${instances}&access_token=${token}`, 401, 'error.token.missing', {});
  await refused('GET', instances, 401, 'error.token.missing', { headers: { cookie: `token=${token}` } });
  const person = new Client(server.origin);
  await person.login('Modig Måltrost');
  const cookie = [...person.cookies()].map(([name, value]) => `${name}=${value}`).join('; ');
  assert.notEqual(cookie, '');
  const answer = await refused('GET', instances, 401, 'error.token.missing', { headers: { cookie } });
  assert.equal(answer.headers['set-cookie'], undefined);
  const good = await call(server.origin, 'GET', instances, { headers: bearer(token, { cookie: 'language=nn' }) });
  assert.equal(good.status, 200);
  document.check('GET', instances, good);
});

test('a token without the scope is told which one is needed', async () => {
  const weak = await agency.token({ scope: subscribes });
  const answer = await refused('GET', instances, 403, 'error.token.scope', { headers: bearer(weak) });
  assert.match(answer.headers['www-authenticate'], /error="insufficient_scope"/);
  assert.ok(answer.headers['www-authenticate'].includes(reads));
});

test('what the table does not speak of is refused, and named', async () => {
  const token = await agency.token();
  const wrong = await refused('GET', `${instances}&sise=3`, 400, 'error.api.query.unknown', { headers: bearer(token) });
  assert.equal(wrong.json.params.name, 'sise');
  await refused('GET', `${instances}&size=none`, 400, 'error.api.query.value', { headers: bearer(token) });
  await refused('GET', '/storage/api/v1/instances/x/y', 404, 'error.api.place', { headers: bearer(token) });
  const json = bearer(token, { 'content-type': 'application/json' });
  await refused('POST', subscriptions, 415, 'error.api.content.type', { headers: bearer(token, { 'content-type': 'text/plain' }), body: '{}' });
  await refused('POST', subscriptions, 400, 'error.api.content.json', { headers: json, body: '{"endPoint": ' });
  const broken = await refused('POST', subscriptions, 400, 'error.api.content.schema', { headers: json, body: '{"endpoint": "https://a.example/"}' });
  assert.ok(broken.json.errors.some((one) => one.pointer === '#/endpoint' && one.keyword === 'additionalProperties'), broken.text);
  await refused('POST', subscriptions, 413, 'error.api.content.large', { headers: json, body: JSON.stringify({ endPoint: 'x'.repeat(200_000) }) });
});

test('what fails before any endpoint is a problem too, and a page stays a page', async () => {
  await refused('GET', '/storage/api/v1/nothing', 404, 'error.kind.not_found', {}, { known: false });
  await refused('GET', '/events/api/v9/subscriptions', 404, 'error.kind.not_found', { headers: { accept: 'text/html' } }, { known: false });
  const method = await refused('DELETE', '/storage/api/v1/instances', 405, 'error.method', {}, { known: false });
  assert.match(method.headers.allow, /GET/);
  const page = await call(server.origin, 'GET', '/nothing', { headers: { accept: 'text/html' } });
  assert.match(page.headers['content-type'], /^text\/html/);
});

test('the document may be read by anyone, and kept', async () => {
  const answer = await call(server.origin, 'GET', '/openapi.json');
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.equal(answer.headers['access-control-allow-origin'], '*');
  const again = await call(server.origin, 'GET', '/openapi.json', { headers: { 'if-none-match': answer.headers.etag } });
  assert.equal(again.status, 304);
  assert.deepEqual(answer.json.servers, [{ url: server.origin }]);
});

test('a caller over its limit is told when it may go on', async () => {
  const few = await Server.demo({ start: false });
  try {
    few.configure('api.per_minute = 3');
    await few.start();
    const one = await Organisation.of(few, agencyNumber, { scopes: [reads] });
    const token = await one.token();
    const statuses = [];
    for (let i = 0; i < 4; i += 1) statuses.push(await call(few.origin, 'GET', instances, { headers: bearer(token) }));
    assert.deepEqual(statuses.map((answer) => answer.status), [200, 200, 200, 429]);
    assert.equal(statuses[3].json.code, 'error.api.too_many');
    assert.equal(statuses[3].headers['retry-after'], statuses[3].json.params.seconds);
    document.check('GET', instances, statuses[3]);
  } finally {
    await few.remove();
  }
});

test('a call with a key is carried out once, however often it comes and wherever the program is killed', async () => {
  const json = async (key) => bearer(await agency.token(), { 'content-type': 'application/json', 'idempotency-key': key });
  const subscribe = async (key, name) => call(server.origin, 'POST', subscriptions, { headers: await json(key), body: subscription(name) });
  const first = await subscribe('first', 'first');
  assert.equal(first.status, 201, first.text);
  document.check('POST', subscriptions, first);
  const again = await subscribe('first', 'first');
  assert.equal(again.status, 201);
  assert.equal(again.json.id, first.json.id);
  await refused('POST', subscriptions, 422, 'error.api.key.other_content', { headers: await json('first'), body: subscription('other') });
  await refused('POST', subscriptions, 400, 'error.api.key.malformed', { headers: await json('a b'), body: subscription('other') });

  const names = [];
  for (const delay of [0, 1, 2, 3, 4, 6, 9]) {
    const name = `killed-${delay}`;
    names.push(name);
    const headers = await json(name);
    const cut = call(server.origin, 'POST', subscriptions, { headers, body: subscription(name) }).catch(() => null);
    await sleep(delay);
    await server.kill();
    await cut;
    await server.start();
    const after = await subscribe(name, name);
    assert.equal(after.status, 201, after.text);
    assert.equal((await subscribe(name, name)).json.id, after.json.id);
  }
  const all = await call(server.origin, 'GET', subscriptions, { headers: bearer(await agency.token()) });
  document.check('GET', subscriptions, all);
  const endPoints = all.json.subscriptions.map((one) => new URL(one.endPoint).host.split('.')[0]);
  assert.deepEqual(endPoints.sort(), ['first', ...names].sort(), 'each once');
});
