// Walks every route for machines that the running program knows (`alting routes`, audience "system"): without a token, with somebody's
// cookies, with a token that is none, with one that lacks the scope, with another organisation's, and with the agency's own. Drafts are there
// for nobody, what was sent to another agency for nobody but it, and no answer sets a cookie.
//
// A new route is in it by being there. What its places are filled with stands in fillings(); a place with a new name fails the walk.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { randomUUID } from 'node:crypto';
import { Document } from '../lib/api.mjs';
import { numberOf } from '../lib/certificates.mjs';
import { alting } from '../lib/server.mjs';
import { addClient, machineToken, newKey } from '../lib/tokens.mjs';
import { World, original } from './routes_world.mjs';
import { readRoutes } from './routes_rules.mjs';

const agencyNumber = '974761467';
const scopes = ['altinn:serviceowner/instances.read', 'altinn:serviceowner/instances.write', 'altinn:events.subscribe',
                'altinn:correspondence.read', 'altinn:correspondence.write'];
let world, routes, document, described, callers, partyIds, firmNumber, subscription, messages, waiting;
const attachment = { resourceId: 'app_dat_brev', fileName: 'vedtak.pdf' };
const complaints = [];

function nothingWrong() {
  const all = complaints.splice(0);
  assert.equal(all.length, 0, `${all.length} complaints:\n  ${all.slice(0, 40).join('\n  ')}`);
}

async function tokenOf(organisation, wanted) {
  const key = await newKey();
  const client = addClient(world.server, { organisation, key, scopes: wanted });
  return machineToken(world.server, { client, key, scope: wanted.join(' ') });
}

/** One call, as this caller; what comes must be as the document says. */
async function call(caller, method, path, { headers = {}, body = null } = {}) {
  const all = { Accept: '*/*', ...(caller.token ? { Authorization: `Bearer ${caller.token}` } : {}), ...headers };
  if (body !== null && !all['Content-Type']) all['Content-Type'] = 'application/json';
  const answer = await caller.client.request(method, path, { headers: all, body });
  described?.checkKnown(method, path, { ...answer, text: answer.body });
  return answer;
}
const json = (answer) => JSON.parse(answer.body);

before(async () => {
  world = await World.make({ copies: false });
  const listed = alting(['routes', '--config', world.server.config]);
  assert.equal(listed.status, 0, listed.out);
  routes = readRoutes(listed.out).filter((one) => one.audience === 'system');
  const { victim, nobody, staff } = world;
  world.registered = ['Måltrost', 'Fjord og Fjell'];
  world.names = [...world.registered, victim.who.number];
  firmNumber = await numberOf(victim.client, 'Fjord og Fjell AS');
  const bare = () => nobody.client.copy();
  callers = {
    nobody: { name: 'nobody', client: bare(), token: '' },
    victim: { name: 'the victim\'s cookies', client: victim.client, token: '' },
    staff: { name: 'the staff\'s cookies', client: staff.client, token: '' },
    forged: { name: 'a token that is none', client: bare(), token: `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify({ consumer: { ID: `0192:${agencyNumber}` } })).toString('base64url')}.` },
    scopeless: { name: 'the agency with one scope', client: bare(), token: await tokenOf(agencyNumber, [scopes[2]]) },
    stranger: { name: 'another organisation', client: bare(), token: await tokenOf(firmNumber, scopes) },
    agency: { name: 'the agency', client: bare(), token: await tokenOf(agencyNumber, scopes) },
  };
  document = json(await call(callers.nobody, 'GET', '/openapi.json'));
  described = new Document(document);
  const instances = json(await call(callers.agency, 'GET', '/storage/api/v1/instances?org=dat')).instances;
  partyIds = {};
  for (const thing of world.things.filter((one) => one.state === 'sent')) {
    const found = instances.find((one) => one.id.endsWith(`/${thing.id}`));
    if (found) partyIds[thing.party] = found.id.split('/')[0];
  }
  const made = await call(callers.agency, 'POST', '/events/api/v1/subscriptions', { body: JSON.stringify({ endPoint: 'https://saker.etaten.example/hendelser' }) });
  assert.ok(made.status === 200 || made.status === 201, made.body);
  subscription = String(json(made).id);
  messages = world.messages.filter((one) => one.org === 'dat');
  const announced = await call(callers.agency, 'POST', '/correspondence/api/v1/attachment', { body: JSON.stringify(attachment) });
  assert.equal(announced.status, 200, announced.body);
  waiting = json(announced);
});
after(async () => world?.remove());

/** What the places of a route are filled with, as [{name: value, thing}]. */
function fillings(route) {
  const things = world.things.filter((one) => partyIds[one.party]);
  const apps = [...new Set(world.things.map((one) => one.app))];
  if (route.places.includes('instanceGuid'))
    return things.flatMap((thing) => {
      const elements = route.places.includes('dataGuid') ? [...thing.elements, randomUUID()] : [''];
      return elements.map((dataGuid) => ({ instanceOwnerPartyId: partyIds[thing.party], instanceGuid: thing.id, dataGuid, thing }));
    });
  const known = {
    org: () => [...new Set(apps.map((app) => app.split('/')[0]))],
    app: (filled) => apps.filter((app) => app.startsWith(`${filled.org}/`)).map((app) => app.split('/')[1]),
    correspondenceId: () => messages.map((one) => one.id),
    attachmentId: (filled) => (filled.correspondenceId ? messages.find((one) => one.id === filled.correspondenceId).elements.concat(randomUUID()) : [waiting, randomUUID()]),
    language: () => ['nb', 'en'], id: () => [subscription], subscriptionId: () => [subscription],
  };
  let all = [{}];
  for (const name of route.places) {
    assert.ok(known[name], `${route.name}: the walk does not know what stands at {${name}}: say it in fillings() of tests/hostile/machines.test.mjs`);
    all = all.flatMap((filled) => known[name](filled).map((value) => ({ ...filled, [name]: value })));
  }
  return all;
}
const pathOf = (route, filled) => route.pattern.replace(/\{([^}]+)\}/g, (_, name) => filled[name]);

/** What the document says of the route; every route for machines stands in it. */
function operationOf(route) {
  const operation = document.paths[route.pattern]?.[route.method.toLowerCase()];
  assert.ok(operation, `${route.name} does not stand in /openapi.json`);
  return operation;
}
const isOpen = (route) => !(operationOf(route).security ?? []).some((one) => Object.keys(one).length);
/** A content that would be carried out for who may, of the type that the route takes. */
function contentFor(route) {
  const { requestBody, operationId } = operationOf(route);
  if (!requestBody) return {};
  const [type] = Object.keys(requestBody.content);
  if (type === 'application/octet-stream') return { body: '%PDF-1.4\n', headers: { 'Content-Type': type } };
  if (type === 'multipart/form-data') return { body: '--x\r\nContent-Disposition: form-data; name="Correspondence.ResourceId"\r\n\r\napp_dat_brev\r\n--x--\r\n', headers: { 'Content-Type': `${type}; boundary=x` } };
  const contents = {
    initializeCorrespondences: { correspondence: { resourceId: 'app_dat_brev', sendersReference: '1', content: { language: 'nb', messageTitle: 'Hulder', messageBody: 'Hulder' } }, recipients: [`0192:${firmNumber}`] },
    initializeAttachment: attachment,
  };
  return { body: JSON.stringify(contents[operationId] ?? { endPoint: 'https://saker.etaten.example/hendelser' }) };
}
const queries = ['', '?org=dat', '?org=nabo', '?appId=dat/lukket', '?appId=dat/veiledning&size=1', '?after=0'];

/** What may stand in no answer to this caller: drafts to anyone; what was sent to another agency, or where the policy lets no staff read. */
function hiddenFrom(caller, filled) {
  const mine = (thing) => caller === callers.agency && thing.state === 'sent' && thing.app === original;
  const hidden = world.things.filter((one) => !mine(one));
  const asked = Object.values(filled);
  const letters = caller === callers.agency ? [] : messages.map((one) => one.secret);
  return [...letters, ...hidden.flatMap((one) => [one.secret, one.id, ...one.elements]), ...world.names].filter((word) => word && !asked.includes(word) && !(caller === callers.agency && world.registered.includes(word)));
}

function look(caller, route, path, answer, filled) {
  const complain = (what) => complaints.push(`${caller.name}: ${route.name} (${path}): ${answer.status}: ${what}`);
  if (answer.status >= 500) complain(answer.body.slice(0, 200));
  if (answer.headers['set-cookie']) complain('it sets a cookie');
  if (!/no-store/.test(answer.headers['cache-control'] ?? '')) complain('caches may keep it');
  const whole = `${JSON.stringify(answer.headers)}\n${answer.octets.toString('latin1')}`;
  const told = hiddenFrom(caller, filled).filter((word) => whole.includes(Buffer.from(word).toString('latin1')));
  if (told.length) complain(`it tells ${told.join(', ')}`);
  if (answer.status >= 400 && !/^application\/problem\+json/.test(answer.headers['content-type'] ?? '')) complain(`a refusal as ${answer.headers['content-type']}`);
  return complain;
}

test('there are machine routes, and each stands in the document', () => {
  assert.ok(routes.length >= 15, routes.map((one) => one.name).join('\n'));
  for (const route of routes) operationOf(route);
});

test('without a good token nothing is answered but what is open to all, whoever\'s cookies come along', async () => {
  for (const route of routes) {
    for (const filled of fillings(route)) {
      for (const caller of [callers.nobody, callers.victim, callers.staff, callers.forged]) {
        for (const query of route.method === 'GET' ? queries.slice(0, 2) : ['']) {
          const path = pathOf(route, filled) + query;
          const answer = await call(caller, route.method, path, contentFor(route));
          const complain = look(caller, route, path, answer, filled);
          if (isOpen(route)) continue;
          if (answer.status !== 401) complain('not 401');
          if (!/^Bearer\b/.test(answer.headers['www-authenticate'] ?? '')) complain('no WWW-Authenticate');
        }
      }
    }
  }
  nothingWrong();
});

test('a token without the scope, and another organisation\'s, open nothing of the agency\'s', async () => {
  for (const route of routes.filter((one) => !isOpen(one))) {
    for (const filled of fillings(route)) {
      for (const caller of [callers.scopeless, callers.stranger]) {
        for (const query of route.method === 'GET' ? queries : ['']) {
          const path = pathOf(route, filled) + query;
          const answer = await call(caller, route.method, path, contentFor(route));
          const complain = look(caller, route, path, answer, filled);
          if ((filled.thing || filled.correspondenceId) && !query && ![403, 404].includes(answer.status)) complain('not a refusal');
          if (answer.status < 300 && route.method !== 'GET') complain('it was done');
        }
      }
    }
  }
  const own = json(await call(callers.agency, 'GET', '/events/api/v1/subscriptions'));
  assert.ok(JSON.stringify(own).includes('saker.etaten.example'), 'nobody ended the agency\'s');
  nothingWrong();
});

test('the agency gets what was sent to it, and no draft, by any route and any query', async () => {
  let read = 0, refused = 0;
  for (const route of routes.filter((one) => one.method === 'GET' || /\/complete$/.test(one.pattern))) {
    for (const filled of fillings(route)) {
      for (const query of route.method === 'GET' ? queries : ['']) {
        const path = pathOf(route, filled) + query;
        const answer = await call(callers.agency, route.method, path);
        const complain = look(callers.agency, route, path, answer, filled);
        if (filled.correspondenceId && !query && !route.places.includes('attachmentId') && answer.status !== 200) complain('what it sent is not answered');
        if (!filled.thing || query) continue;
        const mine = filled.thing.state === 'sent' && filled.thing.app === original;
        if (!mine && ![403, 404].includes(answer.status)) complain(`a ${filled.thing.state} form of ${filled.thing.app} is answered`);
        if (!mine) refused += 1;
        if (mine && answer.status === 200) read += 1;
        if (mine && !route.places.includes('dataGuid') && answer.status !== 200) complain('what was sent to it is not answered');
      }
    }
  }
  assert.ok(read > 10 && refused > 10, `read ${read}, refused ${refused}`);
  nothingWrong();
});

test('the walk would see it: of the secrets of what was sent to it, the agency is told', async () => {
  const thing = world.things.find((one) => one.state === 'sent' && one.app === original && one.party === world.firm);
  const elements = json(await call(callers.agency, 'GET', `/storage/api/v1/instances/${partyIds[thing.party]}/${thing.id}/dataelements`));
  const sent = elements.dataElements.find((one) => one.dataType === 'ref-data-as-sent');
  const answer = await call(callers.agency, 'GET', `/storage/api/v1/instances/${partyIds[thing.party]}/${thing.id}/data/${sent.id}`);
  assert.equal(answer.status, 200);
  assert.ok(answer.body.includes(thing.secret));
  look(callers.stranger, { name: 'told to another' }, '', answer, {});
  assert.equal(complaints.splice(0).filter((one) => one.includes(thing.secret)).length, 1);
});

// ---- what is no call at all

const list = '/storage/api/v1/instances?org=dat';

test('a token counts in its header alone, once, and whole', async () => {
  const { token } = callers.agency;
  const bare = { ...callers.nobody };
  const tries = [
    ['in the query', `${list}&access_token=${token}`, {}, [400, 401]],
    ['as a cookie', list, { Cookie: `access_token=${token}` }, [401]],
    ['with another scheme', list, { Authorization: `Basic ${token}` }, [401]],
    ['without a scheme', list, { Authorization: token }, [401]],
    ['cut off', list, { Authorization: `Bearer ${token.slice(0, -8)}` }, [401]],
    ['with more behind', list, { Authorization: `Bearer ${token}.x` }, [401]],
    ['too large', list, { Authorization: `Bearer ${'a'.repeat(9000)}` }, [400, 401, 431]],
  ];
  for (const [what, path, headers, allowed] of tries) {
    const answer = await call(bare, 'GET', path, { headers });
    assert.ok(allowed.includes(answer.status), `${what}: ${answer.status}`);
    assert.ok(!answer.body.includes(token), what);
  }
  const twice = await new Promise((done, failed) => {
    const request = http.request({ host: '127.0.0.1', port: world.server.port, path: list, agent: false,
                                   headers: ['Host', new URL(world.server.origin).host, 'Authorization', `Bearer ${token}`, 'Authorization', `Bearer ${token}`] });
    request.on('response', (answer) => { answer.resume(); answer.on('end', () => done(answer.statusCode)); });
    request.on('error', failed);
    request.end();
  });
  assert.ok([400, 401].includes(twice), `twice: ${twice}`);
  assert.equal((await call(callers.agency, 'GET', list)).status, 200, 'and the same in its header is good');
});

test('what is asked in another way than the document says is refused, with what it was', async () => {
  const [instance] = json(await call(callers.agency, 'GET', list)).instances;
  const at = `/storage/api/v1/instances/${instance.id}`;
  for (const [path, named] of [[`${list}&finnes-ikke=1`, 'finnes-ikke'], [`${list}&size=0`, 'size'], [`${list}&size=100000`, 'size'], [`${list}&created=i%20dag`, 'created'],
                               [`${list}&continuationToken=tull`, ''], [`${list}&process.currentTask=Task_1`, 'process.currentTask'],
                               ['/storage/api/v1/instances', ''], ['/storage/api/v1/instances/x/y', ''], ['/events/api/v1/events?after=-1', 'after']]) {
    const answer = await call(callers.agency, 'GET', path);
    assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`);
    assert.match(answer.headers['content-type'], /^application\/problem\+json/, path);
    if (answer.status === 400) assert.ok(answer.body.includes(named), `${path}: ${answer.body}`);
  }
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    const answer = await call(callers.agency, method, at, { body: '{}' });
    assert.ok([404, 405].includes(answer.status), `${method}: ${answer.status}`);
  }
  assert.equal((await call(callers.agency, 'GET', at)).status, 200, 'and nothing happened to it');
});

test('a body that is no JSON, too deep, too large or of another type is refused', async () => {
  const path = '/events/api/v1/subscriptions';
  const good = { endPoint: 'https://saker.etaten.example/hendelser' };
  const there = async () => JSON.stringify(json(await call(callers.agency, 'GET', path))).split('"endPoint"').length - 1;
  const before = await there();
  const tries = [
    ['{', {}], ['[]', {}], ['null', {}], [`{"endPoint": ${'['.repeat(5000)}${']'.repeat(5000)}}`, {}], [JSON.stringify({ ...good, more: 1 }), {}],
    [JSON.stringify({ endPoint: 7 }), {}], ['{"endPoint": "https://a.example/", "endPoint": "https://b.example/"}', {}], [JSON.stringify({ endPoint: `https://a.example/${'a'.repeat(70_000)}` }), {}],
    [JSON.stringify(good), { 'Content-Type': 'text/plain' }], [JSON.stringify(good), { 'Content-Type': 'application/x-www-form-urlencoded' }], [Buffer.from([0x7b, 0xff, 0x7d]), {}],
  ];
  for (const [body, headers] of tries) {
    const answer = await call(callers.agency, 'POST', path, { body, headers });
    assert.ok([400, 413, 415, 422].includes(answer.status), `${String(body).slice(0, 60)}: ${answer.status}`);
  }
  for (const inside of ['https://127.0.0.1/', 'https://localhost/', 'https://10.0.0.1/', 'https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://169.254.169.254/latest', 'http://saker.etaten.example/',
                        'https://kari:hemmelig@saker.etaten.example/', 'https://saker.etaten.example:22/', 'file:///etc/passwd', '//saker.etaten.example/']) {
    const answer = await call(callers.agency, 'POST', path, { body: JSON.stringify({ endPoint: inside }) });
    assert.ok([400, 403, 422].includes(answer.status), `${inside}: ${answer.status}`);
  }
  assert.equal(await there(), before, 'none of them was made');
});
