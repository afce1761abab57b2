// With all that an agency has of a person and a business restricted, and what the portal itself keeps of the person: no page, no form and no
// interface hands any of it out, to whomever, and who it is about goes on. The routes are those that the program knows (routes.test.mjs); what is
// restricted is refused by the rules of the walk.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { form, words } from '../lib/client.mjs';
import { alting, long } from '../lib/server.mjs';
import { addClient, machineToken, newKey } from '../lib/tokens.mjs';
import { World, common, original } from './routes_world.mjs';
import { expected, faults, fillings, forbidden, pathOf, readRoutes } from './routes_rules.mjs';

let world, routes, machines, call;
const complaints = [];
const ask = (asker, path, options = {}) => asker.client.request('GET', path, options);
const hidden = () => [...world.things, ...world.messages].filter((one) => one.restricted);
const telling = (body) => hidden().flatMap((one) => [one.secret, one.id, ...(one.reference ? [one.reference] : [])]).filter((word) => body.includes(word));

function run(...command) {
  const done = alting([...command, '--config', world.server.config]);
  assert.equal(done.status, 0, done.out);
  return done.out;
}

/** What the portal itself keeps of the victim: asked of who runs it, and granted with a command. */
async function restrictTowardsOperator() {
  const { client, own } = world.victim;
  const page = await client.get(`/a/${own}/personvern/krav?rett=restriction`);
  await client.submit(page, form(page.body, '/personvern/krav'), { tekst: common, gjelder: 'all:operator', grunn: 'contested' });
  const [, id] = /request ([0-9a-f-]{36}) restriction/.exec(run('requests', 'list')) ?? assert.fail('no request to the operator');
  run('restriction', 'impose', '--request', id, '--by', 'Klok Kattugle');
}

before(async () => {
  world = await World.make({ copies: false });
  await world.restrictAll();
  await restrictTowardsOperator();
  const all = readRoutes(run('routes'));
  [routes, machines] = [all.filter((one) => one.audience !== 'system'), all.filter((one) => one.audience === 'system')];
  const { victim, nobody, stranger, lesser, staff, business } = world;
  Object.assign(staff, { orgs: ['dat'], reads: [original] });
  world.askers = { victim, nobody, stranger, lesser, staff, business };
  world.names = [];
  for (const one of Object.values(world.askers)) one.secrets = [];
  staff.token = /name="token" value="([^"]+)"/.exec((await ask(staff, '/kvittering')).body)[1];
  const key = await newKey();
  const scopes = ['altinn:serviceowner/instances.read', 'altinn:serviceowner/instances.write', 'altinn:events.subscribe', 'altinn:correspondence.read'];
  const token = await machineToken(world.server, { client: addClient(world.server, { organisation: '974761467', key, scopes }), key, scope: scopes.join(' ') });
  call = (path, method = 'GET') => nobody.client.copy().request(method, path, { headers: { Accept: '*/*', Authorization: `Bearer ${token}` } });
});
after(async () => world?.remove());

test('no page of the agency shows any of it to its staff, in a list, a search, a count or by its address', async () => {
  let refused = 0;
  for (const route of routes.filter((one) => one.method === 'GET' && one.audience === 'agency')) {
    for (const fill of fillings(route, world)) {
      const wanted = expected(route, world.staff, fill);
      for (const query of [...(long ? [''] : []), `?q=${common}&sorter=mottatt`]) {
        const answer = await ask(world.staff, pathOf(route, fill) + query);
        refused += Number(wanted === 'refused' && answer.status === 403);
        for (const wrong of faults(route, answer, wanted, forbidden(route, world.staff, fill, world))) complaints.push(`${route.name} (${pathOf(route, fill)}${query}): ${wrong}`);
      }
    }
  }
  assert.deepEqual(complaints.splice(0), []);
  assert.ok(refused > 10, `only ${refused} were refused: the walk asked for too little`);
});

test('no form of the agency is carried out on any of it, and opening it asks for a ground of the law', async () => {
  let posted = 0;
  for (const route of routes.filter((one) => one.method === 'POST' && one.audience === 'agency')) {
    for (const fill of fillings(route, world).filter((one) => Object.values(one).some(({ thing }) => thing?.restricted))) {
      const opens = route.pattern.endsWith('/begrenset');
      const answer = await world.staff.client.post(pathOf(route, fill), { token: world.staff.token, ...(opens ? { once: randomUUID(), grunn: 'nysgjerrig', hvorfor: common } : {}) }, { follow: false });
      posted += 1;
      if (answer.status < 400) complaints.push(`${route.name} (${pathOf(route, fill)}): ${answer.status}`);
      for (const wrong of faults(route, answer, 'any', forbidden(route, world.staff, fill, world))) complaints.push(`${route.name} (${pathOf(route, fill)}): ${wrong}`);
    }
  }
  assert.deepEqual(complaints.splice(0), []);
  assert.ok(posted > 5, `only ${posted} were posted`);
});

test('no interface hands out any of it, and a single one is refused as restricted', async () => {
  for (const path of ['/storage/api/v1/instances?org=dat', '/events/api/v1/events?after=0', '/correspondence/api/v1/correspondence?resourceId=app_dat_brev']) {
    const answer = await call(path);
    assert.ok(answer.status === 200 || answer.status === 400, `${path}: ${answer.status} ${answer.body}`);
    assert.deepEqual(telling(answer.body), [], path);
  }
  const events = JSON.parse((await call('/events/api/v1/events?after=0')).body);
  assert.equal(events.filter((one) => one.type === 'no.alting.party.restricted').length, world.victim.parties.length + 1, 'towards the agency, and towards who runs the portal');
  const restricted = events.find((one) => one.type === 'no.alting.party.restricted');
  assert.ok(restricted, 'the agency is told that it is restricted');
  const party = restricted.subject.split('/').at(-1);
  for (const thing of hidden().filter((one) => one.state === 'sent' && one.app === original)) {
    const numbers = [...new Set(events.filter((one) => one.type === restricted.type).map((one) => one.subject.split('/').at(-1)))];
    const answers = await Promise.all(numbers.map((number) => call(`/storage/api/v1/instances/${number}/${thing.id}`)));
    assert.deepEqual(answers.map((one) => one.status).sort(), numbers.map((_, index) => (index === 0 ? 403 : 404)), `${thing.id} of ${party}`);
    const problem = JSON.parse(answers.find((one) => one.status === 403).body);
    assert.match(JSON.stringify(problem), /restricted/);
  }
});

test('no call about one of them tells anything of it, nor does it: parts of a form, a confirmation, a message', async () => {
  const events = JSON.parse((await call('/events/api/v1/events?after=0')).body);
  const numbers = [...new Set(events.filter((one) => one.type === 'no.alting.party.restricted').map((one) => one.subject.split('/').at(-1)))];
  const sent = hidden().filter((one) => one.state === 'sent' && one.app === original);
  const ways = {
    instanceGuid: (route) => numbers.flatMap((instanceOwnerPartyId) => sent.flatMap(({ id, elements }) => (route.places.includes('dataGuid') ? elements : ['']).map((dataGuid) => ({ instanceOwnerPartyId, instanceGuid: id, dataGuid })))),
    correspondenceId: () => world.messages.filter((one) => one.restricted).flatMap(({ id, elements }) => (elements.length ? elements : [randomUUID()]).map((attachmentId) => ({ correspondenceId: id, attachmentId }))),
  };
  const asked = new Set();
  let refused = 0;
  for (const route of machines.filter((one) => one.method === 'GET' || /\/complete$/.test(one.pattern))) {
    const names = Object.keys(ways).filter((one) => route.places.includes(one));
    for (const fill of names.flatMap((name) => ways[name](route))) {
      if (route.places.some((name) => !fill[name])) continue;
      const path = route.pattern.replace(/\{([^}]+)\}/g, (_, name) => fill[name]);
      if (asked.has(`${route.method} ${path}`)) continue;
      asked.add(`${route.method} ${path}`);
      const answer = await call(path, route.method);
      if (![403, 404].includes(answer.status)) complaints.push(`${route.name} (${path}): ${answer.status}`);
      const told = telling(answer.body).filter((word) => !path.includes(word));
      if (told.length) complaints.push(`${route.name} (${path}): it tells ${told}`);
      refused += Number(answer.status === 403);
    }
  }
  assert.deepEqual(complaints.splice(0), []);
  assert.ok(refused > 5, `only ${refused} were refused: the walk asked for too little`);
});

test('who it is about reads all of it, and is told who tried and what holds', async () => {
  const { victim } = world;
  for (const thing of hidden().filter((one) => one.state !== 'draft')) {
    const answer = await ask(victim, `/a/${thing.party}/${thing.state === 'message' ? 'melding' : 'sak'}/${thing.id}`);
    assert.equal(answer.status, 200, thing.id);
  }
  const log = words((await ask(victim, `/a/${victim.own}/aktivitet`)).body);
  assert.match(log, /Prøvde å lese noe som er begrenset, og ble avvist/);
  assert.match(log, /Begrenset behandlingen av opplysninger/);
  const started = await victim.client.start(victim.own, original);
  assert.ok(started.id, 'a new form can be begun');
});

test('one employee opens one of them on a ground of the law, and who it is about reads why', async () => {
  const { victim, staff } = world;
  const thing = hidden().find((one) => one.state === 'sent' && one.party === victim.own && one.app === original);
  const at = `/etat/dat/sak/${thing.party}/${thing.id}`;
  assert.equal((await ask(staff, at)).status, 403);
  const page = await ask(staff, `${at}/begrenset`);
  const done = await staff.client.submit(page, form(page.body, '/begrenset'), { grunn: 'legal_claims', hvorfor: 'Klagesak' });
  assert.equal(done.status, 200);
  assert.ok(done.body.includes(thing.secret));
  const log = words((await ask(victim, `/a/${victim.own}/aktivitet`)).body);
  assert.match(log, /Åpnet noe som er begrenset, på en grunn i loven/);
  assert.match(log, /Klagesak/);
});
