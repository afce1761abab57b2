// Walks every route the running program knows (`alting routes`), as nobody, as a stranger, as one with a lesser right, as the staff of an
// agency, as an organisation with its certificate, with another party's ids, with another's draft, with another's anti-forgery token. Each must
// be answered as they may see and nothing else; drafts never.
//
// A new route is in it by being there. What each asker may get is derived from whom the route says it answers and from what its address
// names (routes_rules.mjs); a place that the walk cannot fill fails it, with a word what to add.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { filled as withChanges, forms, words } from '../lib/client.mjs';
import { alting } from '../lib/server.mjs';
import { World, common, original, surname } from './routes_world.mjs';
import { expected, fillings, faults, forbidden, pathOf, readRoutes, routeOf } from './routes_rules.mjs';

let world, routes;
const complaints = [];
const counts = {};
const count = (what) => { counts[what] = (counts[what] ?? 0) + 1; };
const complain = (asker, what, wrong) => { for (const one of wrong) complaints.push(`${asker.name}: ${what}: ${one}`); };

before(async () => {
  world = await World.make();
  await world.restrictSome();
  const listed = alting(['routes', '--config', world.server.config]);
  assert.equal(listed.status, 0, listed.out);
  routes = readRoutes(listed.out).filter((one) => one.audience !== 'system');  // machines.test.mjs walks those
  const { victim, nobody, stranger, lesser, staff, business } = world;
  Object.assign(staff, { orgs: ['dat'], reads: [original] });
  world.askers = { victim, nobody, stranger, lesser, staff, business };
  world.names = ['Måltrost', 'Fjord og Fjell', victim.who.number];
  world.registered = ['Måltrost', 'Fjord og Fjell'];
  await refresh();
});
after(async () => world?.remove());

/** Sessions for those whose session a route ended, and what is secret of each now. */
async function refresh() {
  for (const one of Object.values(world.askers)) {
    await world.logIn(one);
    one.token = /name="token" value="([^"]+)"/.exec((await one.client.get('/kvittering')).body)[1];
    one.secrets = one.who ? [...one.client.cookies()].filter(([name]) => /alting-(okt|token)$/.test(name)).map(([, value]) => value) : [];
  }
  const profile = await world.victim.client.get('/profil');
  world.references = forms(profile.body).map((one) => /\/profil\/innlogging\/([0-9a-f-]{36})\/avslutt$/.exec(one.action)?.[1]).filter(Boolean);
}

const ask = (asker, path, options = {}) => asker.client.request(options.method ?? 'GET', path, options);
const gets = () => routes.filter((one) => one.method === 'GET');
/** Whose forms post to it: an agency's are its staff's. */
const owner = (route) => (route.audience === 'agency' ? world.staff : world.victim);
// The box of the login page is for who is not logged in, and of nobody's: a test of its own.
// What erases all that is the victim's comes last: the others need it.
const erases = (route) => Number(route.name === 'POST /a/{party}/personvern/slett');
const posts = () => routes.filter((one) => one.method !== 'GET' && one.name !== 'POST /logg-inn').sort((a, b) => erases(a) - erases(b));

/** Of many complaints a readable list: what goes wrong the same way on many addresses is said once. */
function nothingWrong() {
  const all = complaints.splice(0);
  const kinds = new Map(all.map((one) => [one.replace(/ \(.*?\)(?=:)/, ''), one]).reverse());
  assert.equal(all.length, 0, `${all.length} complaints, of ${kinds.size} kinds:\n  ${[...kinds.values()].slice(0, 40).join('\n  ')}`);
}

// ---- what the victim sees: where the forms are, and what must not change

const looking = (form) => `part=${world.firm}&q=${common}&mappe=sendt&sorter=mottatt&skjema=${form}&til=/profil`;
const sendsAgain = 'POST /etat/{org}/grensesnitt/abonnement/{subscription}/igjen';
const seenForms = new Map();  // name of a route -> [{page, path, wanted}]: the forms that post to it

function keepForms(answer, audience = '') {
  const all = forms(answer.body);
  for (const [, tag] of answer.body.matchAll(/<form\b([^>]*)>/g)) {
    const wanted = all.shift();
    if (wanted.method !== 'post') continue;
    const acts = wanted.buttons.filter((one) => one.value !== 'nothing');  // what Enter at a row's box presses
    if (acts.length && acts.every((one) => one.name === 'gjor' && one.value === 'copy')) continue;  // changes nothing
    if (wanted.buttons.some((one) => one.name === 'gjor' && one.value === 'discard')) continue;  // asks first; that of what was sent does it at once
    for (const [, path] of tag.matchAll(/="(\/[^"?]*)[^"]*"/g)) {  // the action, and where the script saves
      const route = routeOf(routes, 'POST', path);
      if (!route || (audience && route.audience !== audience)) continue;
      if (!seenForms.has(route.name)) seenForms.set(route.name, []);
      if (!seenForms.get(route.name).some((one) => one.path === path)) seenForms.get(route.name).push({ page: answer.path, path, wanted });
    }
  }
}

test('the victim sees every page of theirs, and every secret stands on one', async () => {
  const seen = new Set();
  for (const route of gets().filter((one) => one.audience !== 'agency')) {
    let reached = false;
    for (const fill of fillings(route, world)) {
      if (expected(route, world.victim, fill) !== 'any') continue;
      for (const path of [pathOf(route, fill), `${pathOf(route, fill)}?${looking('veiledning')}`]) {
        const answer = await ask(world.victim, path);
        reached ||= answer.status === 200 || answer.status === 303;
        for (const thing of [...world.things, ...world.messages]) if (answer.octets.includes(thing.secret)) seen.add(thing);
        keepForms(answer);
      }
    }
    if (!reached && ['person', 'party'].includes(route.audience)) complaints.push(`${route.name}: the victim gets nothing there: make what it shows in tests/hostile/routes_world.mjs`);
  }
  for (const path of world.looks) keepForms(await ask(world.victim, path));
  // What staff open stands in their own log afterwards: here only pages that open nobody's form.
  const toOpen = (route, fill) => route.pattern.endsWith('/begrenset') && Object.values(fill).some((one) => one.thing?.restricted);
  for (const route of gets().filter((one) => one.audience === 'agency'))
    for (const fill of fillings(route, world).filter((one) => expected(route, world.staff, one) === 'found' && (!route.places.includes('instance') || toOpen(route, one)))) keepForms(await ask(world.staff, pathOf(route, fill)), 'agency');
  // Sending again stands on a page only once a receiver has answered: here it is posted as the form that stands beside it then.
  for (const { page, path, wanted } of seenForms.get('POST /etat/{org}/grensesnitt/abonnement/{subscription}/proving') ?? []) {
    const again = path.replace(/proving$/, 'igjen');
    seenForms.set(sendsAgain, [...seenForms.get(sendsAgain) ?? [], { page, path: again, wanted: { ...wanted, action: again, fields: [...wanted.fields, ['fra-nummer', '1']] } }]);
  }
  for (const route of posts()) if (!seenForms.has(route.name)) complaints.push(`${route.name}: no page of ${owner(route).name === 'staff' ? 'the staff' : 'the victim'}'s has a form for it: make one that has in tests/hostile/routes_world.mjs`);
  for (const thing of [...world.things, ...world.messages].filter((one) => one.of === 'victim')) assert.ok(seen.has(thing), `the secret of ${thing.app} (${thing.state}) stands on no page of the victim's`);
  nothingWrong();
});

const hidden = /^(token|once|seen|keep:.*)$/;  // other each time

/** What the victim sees of what is theirs: words of the pages and what stands in their fields. */
async function victimSees() {
  const mine = world.things.filter((one) => one.of === 'victim');
  const paths = [...mine.flatMap(({ party, id, state }) => (state === 'draft' ? ['side/Sporsmal', 'oversikt'].map((rest) => `/a/${party}/utkast/${id}/${rest}`) : [`/a/${party}/sak/${id}`])),
                 ...world.victim.parties.flatMap((party) => ['innboks', 'innboks?mappe=sendt', 'innboks?mappe=mottatt', 'innboks?mappe=arkiv', 'innboks?mappe=slettet', 'tilgang', 'tilgang/sertifikat', 'personvern', 'personvern/rett'].map((rest) => `/a/${party}/${rest}`)),
                 ...world.messages.filter((one) => one.of === 'victim').map(({ party, id }) => `/a/${party}/melding/${id}`), '/aktor'];
  const pages = {};
  for (const path of paths) {
    const { status, body } = await ask(world.victim, path);
    const fields = forms(body).flatMap((one) => one.fields.filter(([name]) => !hidden.test(name)).map(([name, value]) => `${name}=${value}`));
    pages[path] = [`status ${status}`, words(body), ...fields].join('\n');
  }
  // Of the agency's systems which there are, and what can be done with each: how it goes with a receiver changes by itself.
  for (const path of ['', ...world.subscriptions.map((id) => `/abonnement/${id}`)].map((rest) => `/etat/dat/grensesnitt${rest}`)) {
    const found = (await ask(world.staff, path)).body.match(/\/etat\/dat\/grensesnitt\/[^"?]+/g) ?? [];
    pages[path] = [...new Set(found)].sort().join('\n');
  }
  // Of addresses for notices the known one, and which wait for a code: others who act for the firm add their own.
  for (const [who, path, [known]] of [[world.victim, `/a/${world.firm}/varsling`, world.addresses], [world.staff, '/etat/dat/varsling', world.staffAddresses]]) {
    const contact = (await ask(who, path)).body;
    const [, card = 'gone'] = contact.split(`id="adresse-${known}"`);
    const codes = forms(contact).map((one) => one.action).filter((action) => /\/kode$/.test(action)).sort();
    pages[path] = [words(card.split(/<[^<>]*id="adresse-/)[0].split('<h2')[0]), `codes ${codes}`].join('\n');
  }
  // Of copies and proofs of erasure which there are: how far one has come is another each time.
  for (const path of world.victim.parties.flatMap((party) => ['kopi', 'slett'].map((rest) => `/a/${party}/personvern/${rest}`)))
    pages[path] = [...new Set((await ask(world.victim, path)).body.match(/\/personvern\/(?:kopi|slett)\/[0-9a-f-]{36}/g) ?? [])].sort().join('\n');
  // Of one's logins only which there are: when each was last used is another each time.
  pages['/profil'] = `logins ${forms((await ask(world.victim, '/profil')).body).map((one) => one.action).filter((action) => /avslutt$/.test(action)).sort()}`;
  return pages;
}
function changes(before, now) {
  const lines = (text) => text.split(/(?<=[.\n])\s*/);
  return Object.keys(now).filter((path) => before[path] !== now[path]).map((path) => {
    const [old, other] = [lines(before[path]), lines(now[path])];
    return `changed ${path}: ${other.filter((line) => !old.includes(line)).join(' ').slice(0, 300)} (was: ${old.filter((line) => !other.includes(line)).join(' ').slice(0, 300)})`;
  });
}

// ---- reading

const ways = () => [{ query: looking('veiledning') }, { query: 'skjema=lukket&mappe=sendt' }, { method: 'HEAD' }, { headers: { Accept: 'application/json' } }, { headers: { 'Alting-Fragment': '1' } }];

test('nobody is shown what is another\'s on any page, and no draft', async () => {
  const before = await victimSees();
  for (const route of gets()) {
    await refresh();
    const tried = new Set();
    for (const fill of fillings(route, world)) {
      const path = pathOf(route, fill);
      const bodies = new Set();
      for (const asker of Object.values(world.askers)) {
        const wanted = expected(route, asker, fill);
        if (asker.name === 'victim' && wanted === 'any' && route.audience !== 'everyone') continue;
        const secrets = forbidden(route, asker, fill, world);
        const once = `${asker.name} ${wanted} ${fill.instance?.thing.state}`;  // the other ways of asking once for each of these
        for (const { query = '', ...how } of [{}, ...(tried.has(once) ? [] : ways())]) {
          const answer = await ask(asker, query ? `${path}?${query}` : path, how);
          count(wanted);
          if (fill.instance?.thing.state === 'draft' && fill.instance.victim && asker.name !== 'victim') count(`drafts asked for by ${asker.name}`);
          complain(asker, `${route.name} (${path} ${query}${JSON.stringify(how)})`, faults(route, answer, wanted, secrets));
          if (!query && !how.method) bodies.add(answer.body);
        }
        tried.add(once);
      }
      if (route.audience === 'everyone' && bodies.size > 1) complaints.push(`${route.name} (${path}): not the same for everyone`);
    }
  }
  await refresh();
  complain(world.victim, 'after all pages', changes(before, await victimSees()));
  for (const asker of ['nobody', 'stranger', 'lesser', 'staff', 'business']) assert.ok(counts[`drafts asked for by ${asker}`] > 50, `${asker} asked for too few drafts: ${JSON.stringify(counts)}`);
  assert.ok(counts.found > 10, `the staff read what they may: ${JSON.stringify(counts)}`);
  nothingWrong();
});

test('the walk would see it: a program that took the stranger for the victim, and anyone for the staff, fails on each route', async () => {
  const { victim, stranger, lesser, staff } = world;
  await refresh();
  for (const route of gets().filter((one) => one.audience === 'party' || one.audience === 'agency')) {
    const [asker, taken] = route.audience === 'party' ? [stranger, victim] : [lesser, staff];
    const fill = fillings(route, world).find((one) => expected(route, taken, one) === (route.audience === 'party' ? 'any' : 'found') && expected(route, asker, one) === 'refused');
    assert.ok(fill, `${route.name}: nothing to ask for`);
    const answer = await ask({ client: taken.client }, pathOf(route, fill));
    const wrong = faults(route, answer, expected(route, asker, fill), forbidden(route, asker, fill, world));
    assert.ok(wrong.some((one) => /not a refusal/.test(one)), `${route.name}: ${answer.status} ${wrong}`);
    // By the words alone, too, where the page shows an answer of the form's: were the rule for the status wrong, they would tell.
    if (fill.instance && answer.octets.includes(fill.instance.thing.secret)) assert.ok(faults(route, answer, 'any', forbidden(route, asker, fill, world)).length, route.name);
  }
});

test('what the server answers beside the routes names nobody', async () => {
  const secrets = [...world.things.map((one) => one.secret), ...world.names, ...Object.values(world.askers).flatMap((one) => one.secrets), ...world.victim.parties];
  for (const path of ['/healthz', '/readyz', '/metrics']) {
    const answer = await ask(world.nobody, path);
    assert.equal(answer.status, 200, path);
    assert.deepEqual(secrets.filter((word) => answer.body.includes(word)), [], path);
  }
});

// ---- posting

const answers = () => ({ kontaktadresse: 'ny@fjord.example', mottakere: world.firmNumber, tittel: 'Melding', tjeneste: 'dat/brev', navn: 'Etatens andre system', orgnr: world.firmNumber, adresse: 'https://d.etaten.example/', underenheter: null, fnr: world.another.who.number, etternavn: surname(world.another.who), hva: 'skjema:dat/avviksmelding', valg: 'ny', 'tag:vedlegg': 'brev' });

/** The form as one posts it who wants to change something; `last`: with the last of each choice, which may be an id of the victim's. */
function written(wanted, word, last = false) {
  const names = [...wanted.fields.map(([name]) => name), ...Object.keys(wanted.choices)];
  const values = { ...answers(), 'sporsmal.emne': word, 'sporsmal.tekst': word, 'kontakt.navn': word, 'mer.tekst': word, tekst: word, hvorfor: word,
                   ...(wanted.choices.valgt ? { valgt: wanted.choices.valgt[0] } : {}), ...(wanted.choices.tilgang ? { tilgang: wanted.choices.tilgang[0] } : {}), ...(wanted.choices.grunn ? { grunn: wanted.choices.grunn.find(Boolean) } : {}),
                   ...(last ? Object.fromEntries(Object.entries(wanted.choices).map(([name, all]) => [name, all.at(-1)])) : {}) };
  const fields = withChanges(wanted, Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name))));
  const button = wanted.buttons.find((one) => one.name === 'go') ?? wanted.buttons.find((one) => one.value !== 'nothing');
  const confirmed = names.includes('hva') ? [['bekreft', 'ja']] : [];  // as on the page before access is given
  return [...fields, ...confirmed, ...(button?.name ? [[button.name, button.value]] : [])];
}

/** A file that comes with the form where files are what it changes. */
const filesOf = (wanted, path) => (/oversikt$/.test(path) && wanted.files.includes('file:vedlegg')
  ? [{ field: 'file:vedlegg', name: 'overtatt.pdf', type: 'application/pdf', data: Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n') }] : []);

/** The ids that one names who posts this form to this address. */
const idsIn = (fill, wanted) => [...Object.values(fill).map((one) => one.value), ...JSON.stringify([wanted.fields, wanted.choices, wanted.buttons]).match(/[0-9a-f-]{36}/g) ?? []];

/** Posts it with another token, and not as a page made for the victim: that would be kept for them. */
const post = (asker, path, wanted, token, { headers = {}, last = false } = {}) =>
  asker.client.post(path, [...written(wanted, `Overtatt av ${asker.name}`, last).filter(([name]) => name !== 'token' && !name.startsWith('keep:')), ...(token ? [['token', token]] : [])],
                    { multipart: wanted.multipart, files: filesOf(wanted, path), follow: false, headers });

test('nobody changes what is another\'s with any form', async () => {
  let before = await victimSees();
  for (const route of posts()) {
    await refresh();
    const known = seenForms.get(route.name) ?? [];
    for (const fill of fillings(route, world)) {
      const path = pathOf(route, fill);
      const { wanted } = known.find((one) => one.path === path) ?? known[0];
      for (const asker of Object.values(world.askers)) {
        const answerable = expected(route, asker, fill);
        const own = asker.name === 'victim' ? answerable === 'any' : Object.values(fill).some((one) => one.thing?.of === asker.name || one.to?.includes(asker.name));
        if ((own && answerable === 'any') || answerable === 'found') continue;  // they may
        const chooses = /[0-9a-f-]{36}/.test(JSON.stringify(Object.values(wanted.choices)));  // among things of the victim's
        for (const last of chooses ? [false, true] : [false]) {
          const answer = await post(asker, path, wanted, asker.token, { last });
          count(`posted by ${asker.name}`);
          const secrets = forbidden(route, asker, fill, world, idsIn(fill, wanted));
          complain(asker, `${route.name} (${path})`, faults(route, answer, answerable, secrets));
          if (answerable === 'any' && answer.headers.location?.startsWith('/')) complain(asker, `${route.name} (${path}), where it leads`, faults(route, await asker.client.get(answer.headers.location), 'any', secrets));
        }
      }
    }
    await refresh();
    const now = await victimSees();
    complain(world.victim, `${route.name}, posted by others`, changes(before, now));
    before = now;
  }
  for (const asker of ['nobody', 'stranger', 'lesser', 'staff', 'victim', 'business']) assert.ok(counts[`posted by ${asker}`] > 100, `${asker} posted too little: ${JSON.stringify(counts)}`);
  nothingWrong();
});

test('no form is done with another\'s anti-forgery token, without one, or from another site', async () => {
  let before = await victimSees();
  for (const route of posts().filter((one) => one.token)) {
    for (const { path, wanted } of seenForms.get(route.name).slice(0, 4)) {
      await refresh();
      const { victim, stranger } = world;
      const planted = victim.client.copy();
      const cookie = [...stranger.client.cookies().keys()].find((one) => one.endsWith('alting-token'));
      planted.cookies().set(cookie, stranger.client.cookies().get(cookie));
      const tries = [['another\'s token', victim, stranger.token], ['another\'s token and its cookie', { name: 'victim', client: planted }, stranger.token], ['no token', victim, ''], ['a made-up token', victim, 'A'.repeat(43)],
                     ['the victim\'s token, by another', stranger, victim.token], ['another site', victim, victim.token, { Origin: 'https://evil.example' }]];
      for (const [what, asker, token, headers] of tries) {
        const answer = await post(asker, path, wanted, token, { headers });
        if (answer.status !== 403) complaints.push(`${route.name} (${path}): with ${what}: status ${answer.status}`);
      }
    }
    const now = await victimSees();
    complain(world.victim, `${route.name}, with another's token`, changes(before, now));
    before = now;
  }
  nothingWrong();
});

// What changes nothing that the victim's pages above would show.
const changesNothing = { 'POST /etat/{org}/sak/{party}/{instance}/begrenset': 'opens something for one employee, as the log says', 'POST /etat/{org}/meldinger/{batch}/mottaker/{message}/begrenset': 'the same', 'POST /etat/{org}/grensesnitt/abonnement/{subscription}/proving': 'asks a receiver anew', 'POST /etat/{org}/meldinger/ny': 'shows first what would be sent', 'POST /etat/{org}/meldinger/{batch}/trekk': 'takes back what no recipient has seen', 'POST /kvittering': 'is about a file one brings', 'POST /logg-ut': 'ends a session', 'POST /logg-ut/overalt': 'ends sessions' };

const thingIn = /\/(?:utkast|sak|melding|foresporsel|be|abonnement|nokkel|krav)\/([^/]+)/;  // a form, a message, or a request for access, which is done with once

test('the box of the login page is ticked from that page alone', async () => {
  for (const [token, headers] of [['', {}], ['A'.repeat(43), {}], [world.stranger.token, {}], ['', { Origin: 'https://evil.example' }]]) {
    const answer = await world.nobody.client.post('/logg-inn', [['husk', 'ja'], ...(token ? [['token', token]] : [])], { follow: false, headers });
    assert.equal(answer.status, 403, `${token} ${JSON.stringify(headers)}`);
  }
});

test('the same forms, posted by the victim with their own token, are done: what was refused was not refused for its form', async () => {
  const used = new Set();
  for (const route of posts().filter((one) => one.name !== sendsAgain)) {
    const who = owner(route);
    await refresh();
    const before = await victimSees();
    const { page, path } = seenForms.get(route.name).find(({ path: one }) => !used.has(thingIn.exec(one)?.[1])) ?? assert.fail(`${route.name}: too few forms in the world`);
    const shown = await ask(who, page);
    keepForms(shown, who === world.staff ? 'agency' : '');
    const wanted = forms(shown.body).find((one) => one.method === 'post' && (shown.body.includes(`="${path}`) && (one.action.split('?')[0] === path || path.startsWith(one.action.split('?')[0]))));
    assert.ok(wanted, `${route.name}: no form on ${page} any more`);
    if (route.places.some((one) => ['instance', 'message', 'request', 'subscription', 'claim'].includes(one)) && thingIn.test(path) && !/side|oversikt/.test(path)) used.add(thingIn.exec(path)[1]);
    const files = wanted.files.includes('kvittering') ? [{ field: 'kvittering', name: 'kvittering.json', type: 'application/json', data: world.receipt }] : filesOf(wanted, path);
    const fields = written(wanted, `Endret av avsender: ${route.pattern}`);
    const code = /\/varsling\/[^/]+\/kode$/.test(path) ? await world.code(path) : '';
    if (code) fields.splice(0, fields.length, ...fields.filter(([name]) => name !== 'kode'), ['kode', code]);
    const answer = await who.client.post(path, fields, { multipart: wanted.multipart, files, follow: false });
    if (answer.status !== 200 && answer.status !== 303) complaints.push(`${route.name} (${path}): the victim's own gets status ${answer.status}: ${words(answer.body).slice(0, 300)}`);
    if (/^\/logg-inn/.test(answer.headers.location ?? '')) complaints.push(`${route.name} (${path}): the victim's own leads to the login`);
    await refresh();
    if (!changesNothing[route.name] && changes(before, await victimSees()).length === 0) complaints.push(`${route.name} (${path}): done by the victim, and no change is seen: the walk would not see another's either`);
  }
  nothingWrong();
});
