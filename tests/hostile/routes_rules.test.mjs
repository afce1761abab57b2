// What the walk of all routes (routes.test.mjs) expects, and that it complains when it gets something else.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { expected, faults, fillings, forbidden, pathOf, readRoutes, routeOf } from './routes_rules.mjs';

const listed = `GET   party     /a/{party}/utkast/{instance}
POST  party     /a/{party}/tilgang/gi
POST  party     /a/{party}/{what}/gi
GET   agency    /etat/{org}/sak/{party}/{instance}
GET   person    /profil
POST  anyone    /melding  without-token
GET   everyone  /log/{path*}
`;
const routes = readRoutes(listed);
const [draftRoute, give, , agencyRoute, profile, message, log] = routes;

const draft = { of: 'victim', party: 'P', app: 'dat/a', org: 'dat', id: 'D', state: 'draft', secret: 'hulder1', elements: ['E'] };
const sent = { ...draft, id: 'S', state: 'sent', secret: 'hulder2' };
const closed = { ...sent, app: 'dat/b', id: 'B', secret: 'hulder3' };
const victim = { name: 'victim', parties: ['P', 'V'], own: 'V', secrets: ['session1'] };
const stranger = { name: 'stranger', parties: ['X'], own: 'X', secrets: ['session2'] };
const lesser = { name: 'lesser', parties: ['P', 'L'], own: 'L', secrets: [] };
const staff = { name: 'staff', parties: ['K'], own: 'K', secrets: [], orgs: ['dat'], reads: ['dat/a'] };
const nobody = { name: 'nobody', parties: [], secrets: [] };
const world = { victim, stranger, firm: 'P', things: [draft, sent, closed], names: ['Måltrost'], references: [], delegations: [], certificates: ['C'], clients: ['K1'], subscriptions: ['7'], askers: { victim, stranger, lesser, staff, nobody } };
const filled = (route, values) => fillings(route, world).find((one) => pathOf(route, one) === values) ?? assert.fail(values);

test('the list of routes is read, and what it does not know fails', () => {
  assert.deepEqual(routes.map((one) => [one.method, one.audience, one.token, one.places.join(' ')].join(' ')),
                   ['GET party true party instance', 'POST party true party', 'POST party true party what', 'GET agency true org party instance', 'GET person true ', 'POST anyone false ', 'GET everyone true path*']);
  assert.equal(routeOf(routes, 'POST', '/a/1/tilgang/gi'), give);
  assert.equal(routeOf(routes, 'GET', '/a/1/tilgang/gi'), undefined);
  assert.equal(message.token, false);
  assert.throws(() => readRoutes('GET friends /x'), /whom this route answers/);
  assert.throws(() => readRoutes('PUT party /x'), /teach/);
  assert.deepEqual(readRoutes('PUT    system    /x/{id}').map((one) => [one.method, one.audience, one.places.join(' ')]), [['PUT', 'system', 'id']]);
  assert.throws(() => fillings(routes[2], world), /does not know what stands at \{what\}/);
});

test('drafts are their party\'s alone', () => {
  const of = filled(draftRoute, '/a/P/utkast/D');
  assert.deepEqual([nobody, stranger, lesser, staff, victim].map((one) => expected(draftRoute, one, of)), ['login', 'refused', 'refused', 'refused', 'any']);
  assert.equal(expected(draftRoute, victim, filled(draftRoute, '/a/V/utkast/D')), 'refused', 'a form of another party of one\'s own');
  assert.equal(expected(draftRoute, stranger, filled(draftRoute, '/a/X/utkast/D')), 'refused', 'another\'s form below one\'s own party');
  assert.equal(expected(agencyRoute, staff, filled(agencyRoute, '/etat/dat/sak/P/D')), 'refused');
});

test('staff read what was sent to their agency, below its address, and where the policy lets them', () => {
  const of = (path) => expected(agencyRoute, staff, filled(agencyRoute, path));
  assert.deepEqual(['/etat/dat/sak/P/S', '/etat/dat/sak/P/B', '/etat/dat/sak/X/S'].map(of), ['found', 'refused', 'refused']);
  for (const other of [stranger, lesser, victim]) assert.equal(expected(agencyRoute, other, filled(agencyRoute, '/etat/dat/sak/P/S')), 'refused');
  assert.deepEqual(forbidden(agencyRoute, staff, {}, world), ['hulder1', 'hulder3', 'D', 'E', 'B', 'E', 'session1', 'session2']);
  assert.ok(forbidden(profile, staff, {}, world).includes('hulder2'), 'elsewhere not even that');
  assert.ok(!forbidden(profile, victim, {}, world).some((word) => /hulder/.test(word)));
});

test('an address for notices of one of the staff is that one\'s alone', () => {
  const [add, remove, ofFirm] = readRoutes('POST  agency  /etat/{org}/varsling/ny\nPOST  agency  /etat/{org}/varsling/{address}/fjern\nPOST  party  /a/{party}/varsling/{address}/fjern\n');
  const told = { ...world, addresses: ['A'], staffAddresses: ['B'] };
  const colleague = { ...staff, name: 'colleague' };
  const of = (route, asker) => expected(route, asker, fillings(route, told)[0]);
  assert.deepEqual([staff, colleague, victim, nobody].map((asker) => of(remove, asker)), ['found', 'refused', 'refused', 'login']);
  assert.deepEqual([staff, colleague, victim].map((asker) => of(add, asker)), ['found', 'found', 'refused']);
  assert.equal(pathOf(ofFirm, fillings(ofFirm, told)[0]), '/a/P/varsling/A/fjern');
});

test('a business and its roles are public, a private person and their number are not', () => {
  const told = { ...world, victim, names: ['Måltrost', 'Fjord', '010101'], registered: ['Måltrost', 'Fjord'] };
  const names = (asker, party) => forbidden(draftRoute, asker, { party: { value: party } }, told).filter((one) => told.names.includes(one));
  assert.deepEqual(names(stranger, 'P'), ['010101']);
  assert.deepEqual(names(stranger, 'V'), told.names);
  assert.deepEqual(names(nobody, 'P'), told.names);
});

test('an agency\'s keys and subscriptions are its staff\'s, and a business\'s certificates those of who manages its access', () => {
  const [ends, of] = readRoutes('POST agency /etat/{org}/grensesnitt/nokkel/{client}/avslutt\nPOST party /a/{party}/tilgang/sertifikat/{certificate}/avslutt');
  const key = filled(ends, '/etat/dat/grensesnitt/nokkel/K1/avslutt');
  assert.deepEqual([nobody, stranger, lesser, victim, staff].map((one) => expected(ends, one, key)), ['login', 'refused', 'refused', 'refused', 'found']);
  const certificate = filled(of, '/a/P/tilgang/sertifikat/C/avslutt');
  assert.deepEqual([nobody, stranger, lesser, staff, victim].map((one) => expected(of, one, certificate)), ['login', 'refused', 'refused', 'refused', 'any']);
});

test('each kind of wrong answer is a complaint', () => {
  const answer = (status, body = '', headers = {}) => ({ status, octets: Buffer.from(body), headers: { 'cache-control': 'no-store', ...headers } });
  const wrong = (wanted, given, route = draftRoute) => faults(route, given, wanted, ['hulder1', 'Måltrost']).length;
  assert.equal(wrong('refused', answer(404)), 0);
  assert.equal(wrong('refused', answer(403, 'nei')), 0);
  assert.equal(wrong('refused', answer(200)), 1);
  assert.equal(wrong('refused', answer(303, '', { location: '/a/P' })), 1);
  assert.equal(wrong('login', answer(303, '', { location: '/logg-inn?til=/x' })), 0);
  assert.equal(wrong('login', answer(303, '', { location: '/a/P' })), 1);
  assert.equal(wrong('login', answer(200)), 1);
  assert.equal(wrong('found', answer(404)), 1);
  assert.equal(wrong('any', answer(503)), 1);
  assert.equal(wrong('refused', answer(404, 'x hulder1 x')), 1);
  assert.equal(wrong('refused', answer(404, 'Modig Måltrost')), 1);
  assert.equal(wrong('any', answer(200, '', { 'content-disposition': 'attachment; filename="hulder1.pdf"' })), 1);
  assert.equal(wrong('any', answer(200, '', { 'cache-control': 'max-age=60' })), 1);
  assert.equal(wrong('any', answer(200, '', { 'cache-control': 'max-age=60' }), log), 0);
  assert.equal(wrong('any', answer(200, '', { 'set-cookie': ['x=1'] }), log), 1);
});

test('a message is its party\'s, and its sender\'s staff see what they sent, each below its own address', () => {
  const [ofParty, ofStaff, ofAnswer] = readRoutes('GET party /a/{party}/melding/{message}/vedlegg/{file}\nGET agency /etat/{org}/meldinger/{batch}\nGET agency /etat/{org}/meldinger/{batch}/mottaker/{message}/vedlegg/{file}\n');
  const letter = { of: 'victim', party: 'P', app: 'dat/brev', org: 'dat', id: 'M', batch: 'B1', state: 'message', secret: 'hulder4', elements: ['F'], answerFile: 'A' };
  const other = { ...letter, id: 'N', batch: 'B2', secret: 'hulder5', elements: ['G'], answerFile: undefined };
  const told = { ...world, messages: [letter, other] };
  const at = (route, path) => fillings(route, told).find((one) => pathOf(route, one) === path) ?? assert.fail(path);
  assert.deepEqual([victim, lesser, stranger, nobody].map((one) => expected(ofParty, one, at(ofParty, '/a/P/melding/M/vedlegg/F'))), ['any', 'refused', 'refused', 'login']);
  assert.equal(expected(ofParty, victim, at(ofParty, '/a/V/melding/M/vedlegg/F')), 'refused', 'another party of one\'s own');
  assert.equal(expected(ofParty, victim, at(ofParty, '/a/P/melding/N/vedlegg/F')), 'refused', 'a file of another message');
  assert.equal(expected(ofStaff, staff, at(ofStaff, '/etat/dat/meldinger/B1')), 'found');
  assert.equal(expected(ofStaff, lesser, at(ofStaff, '/etat/dat/meldinger/B1')), 'refused');
  assert.equal(expected(ofAnswer, staff, at(ofAnswer, '/etat/dat/meldinger/B1/mottaker/M/vedlegg/A')), 'found');
  assert.equal(expected(ofAnswer, staff, at(ofAnswer, '/etat/dat/meldinger/B2/mottaker/M/vedlegg/A')), 'refused');
  assert.ok(!forbidden(ofStaff, staff, {}, told).includes('hulder4') && forbidden(profile, staff, {}, told).includes('hulder4'));
});
