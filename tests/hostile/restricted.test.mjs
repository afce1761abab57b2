// With all that an agency has of a person and a business restricted: no page and no interface hands any of it out, to whomever, and who it is
// about goes on. The routes are those that the program knows (routes.test.mjs); what is restricted is refused by the rules of the walk.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { form, words } from '../lib/client.mjs';
import { alting } from '../lib/server.mjs';
import { addClient, machineToken, newKey } from '../lib/tokens.mjs';
import { World, common, original } from './routes_world.mjs';
import { expected, faults, fillings, forbidden, pathOf, readRoutes } from './routes_rules.mjs';

let world, routes;
const complaints = [];
const ask = (asker, path, options = {}) => asker.client.request('GET', path, options);
const hidden = () => [...world.things, ...world.messages].filter((one) => one.restricted);
const telling = (body) => hidden().flatMap((one) => [one.secret, one.id, ...(one.reference ? [one.reference] : [])]).filter((word) => body.includes(word));

before(async () => {
  world = await World.make();
  await world.restrictAll();
  const listed = alting(['routes', '--config', world.server.config]);
  assert.equal(listed.status, 0, listed.out);
  routes = readRoutes(listed.out);
  const { victim, nobody, stranger, lesser, staff, business } = world;
  Object.assign(staff, { orgs: ['dat'], reads: [original] });
  world.askers = { victim, nobody, stranger, lesser, staff, business };
  world.names = [];
  for (const one of Object.values(world.askers)) one.secrets = [];
});
after(async () => world?.remove());

test('no page of the agency shows any of it to its staff, in a list, a search, a count or by its address', async () => {
  let refused = 0;
  for (const route of routes.filter((one) => one.method === 'GET' && one.audience === 'agency')) {
    for (const fill of fillings(route, world)) {
      const wanted = expected(route, world.staff, fill);
      for (const query of ['', `?q=${common}&sorter=mottatt`]) {
        const answer = await ask(world.staff, pathOf(route, fill) + query);
        refused += Number(wanted === 'refused' && answer.status === 403);
        for (const wrong of faults(route, answer, wanted, forbidden(route, world.staff, fill, world))) complaints.push(`${route.name} (${pathOf(route, fill)}${query}): ${wrong}`);
      }
    }
  }
  assert.deepEqual(complaints.splice(0), []);
  assert.ok(refused > 10, `only ${refused} were refused: the walk asked for too little`);
});

test('no interface hands out any of it, and a single one is refused as restricted', async () => {
  const key = await newKey();
  const scopes = ['altinn:serviceowner/instances.read', 'altinn:serviceowner/instances.write', 'altinn:events.subscribe', 'altinn:correspondence.read'];
  const token = await machineToken(world.server, { client: addClient(world.server, { organisation: '974761467', key, scopes }), key, scope: scopes.join(' ') });
  const call = (path) => world.nobody.client.copy().request('GET', path, { headers: { Accept: '*/*', Authorization: `Bearer ${token}` } });
  for (const path of ['/storage/api/v1/instances?org=dat', '/events/api/v1/events?after=0', '/correspondence/api/v1/correspondence?resourceId=app_dat_brev']) {
    const answer = await call(path);
    assert.ok(answer.status === 200 || answer.status === 400, `${path}: ${answer.status} ${answer.body}`);
    assert.deepEqual(telling(answer.body), [], path);
  }
  const events = JSON.parse((await call('/events/api/v1/events?after=0')).body);
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
