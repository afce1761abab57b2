// Pages, forms and browsers that change hands: what is of one session counts for no other, and nobody loses what they wrote.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, form, forms, filled, words } from '../lib/client.mjs';
import { Server, top } from '../lib/server.mjs';

const app = 'dat/veiledning';
const other = 'dat/avviksmelding';
const folder = mkdtempSync(join(tmpdir(), 'alting-sessions-'));
let server, party;

before(async () => {
  // One form asks for the highest level here.
  const services = join(folder, 'services');
  cpSync(join(top, 'services'), services, { recursive: true });
  const settings = join(services, other, 'config/alting.json');
  writeFileSync(settings, readFileSync(settings, 'utf8').replace('"minimumAuthenticationLevel": 3', '"minimumAuthenticationLevel": 4'));
  const policy = join(services, other, 'config/authorization/policy.xml');
  writeFileSync(policy, readFileSync(policy, 'utf8').replace(/(minimum-authenticationlevel">\s*<xacml:AttributeValue[^>]*>)3</, '$14<'));
  server = await Server.demo({ start: false });
  server.configure(`paths.services = "${services}"`);
  await server.start();
  const manager = new Client(server.origin);
  await manager.login('Modig Måltrost');
  party = await manager.chooseParty('Fjord og Fjell AS');
});
after(async () => {
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const cookieName = (client, ending) => [...client.cookies().keys()].find((one) => one.endsWith(ending) && !one.includes('test'));
/** The same browser, where the issuer knows nobody: the next login asks who one is. */
const forgetIssuer = (client) => { for (const name of [...client.cookies().keys()]) if (name.includes('alting-test')) client.cookies().delete(name); };
const logIn = async (person, options) => {
  const client = new Client(server.origin);
  await client.login(person, options);
  return client;
};
const counted = async (reason) => {
  const text = (await (await fetch(`${server.origin}/metrics`)).text());
  return Number(new RegExp(`alting_refused_total\\{reason="${reason.replaceAll('.', '\\.')}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
};
const events = () => readFileSync(server.log, 'utf8').split('\n').filter((line) => line.includes('"refused"')).map((line) => JSON.parse(line));

test('a pair that was signed for the attacker\'s own browser is refused where it is planted, and operators hear of it', async () => {
  const [victim, attacker] = [await logIn('Modig Måltrost'), await logIn('Glad Havørn')];
  const before = await counted('error.anti_forgery');
  const page = await victim.get(`/a/${party}/tilgang`);
  const give = form(page.body, '/tilgang/gi');
  const theirs = (await attacker.get('/profil')).body;
  const stranger = new Client(server.origin);
  const open = (await stranger.get('/kvittering')).body;
  const planted = [[attacker, /name="token" value="([^"]+)"/.exec(theirs)[1]], [stranger, /name="token" value="([^"]+)"/.exec(open)[1]]];
  const name = cookieName(victim, 'alting-token');
  for (const [from, token] of planted) {
    const browser = victim.copy();
    browser.cookies().set(name, from.cookies().get(cookieName(from, 'alting-token')));
    const fields = { token, fnr: '03899146556', etternavn: 'Elvebredd', hva: `skjema:${app}`, 'keep:for': '' };
    const answer = await browser.submit(page, give, fields, { follow: false });
    assert.equal(answer.status, 403, words(answer.body).slice(0, 200));
    assert.match(words(answer.body), /ikke utført og ikke lagret/);
  }
  assert.doesNotMatch(words((await victim.get(`/a/${party}/tilgang`)).body), /Stille Elvebredd/);
  assert.equal(await counted('error.anti_forgery'), before + 2);
  const told = events().filter((one) => one.reason === 'error.anti_forgery');
  assert.ok(told.length >= 2);
  for (const one of told) {
    assert.equal(one.status, 403);
    assert.match(one.route, /^\/a\/\{party\}\/tilgang\/gi$/);
    assert.doesNotMatch(JSON.stringify(one), /03899146556|Elvebredd|Måltrost|[0-9a-f]{8}-[0-9a-f]{4}-/, 'nobody is named');
  }
});

test('refused access is an event and a count, also where nothing is said to be there', async () => {
  const stranger = await logIn('Glad Havørn');
  const before = await counted('error.access.forbidden');
  for (const path of [`/a/${party}/innboks`, `/a/${party}/tilgang`]) assert.ok([403, 404].includes((await stranger.get(path, { follow: false })).status));
  assert.ok(await counted('error.access.forbidden') >= before + 2);
});

test('what was typed on a page from before a new login is on the page again, and saved by nobody yet', async () => {
  const client = await logIn('Modig Måltrost');
  const { id } = await client.start(party, app);
  const address = `/a/${party}/utkast/${id}/side/Sporsmal`;
  const page = await client.get(address);
  await client.login('Modig Måltrost', { to: '/profil' });
  forgetIssuer(client);
  client.cookies().delete(cookieName(client, 'alting-okt'));
  await client.login('Modig Måltrost');
  const wanted = form(page.body, '#form-page');
  const typed = { 'sporsmal.emne': 'Før innloggingen', 'sporsmal.tekst': 'æøå «sitat»' };
  const files = [{ field: 'file:vedlegg', name: 'brev.pdf', type: 'application/pdf', data: Buffer.from('%PDF-1.4\n') }];
  for (const with_files of [[], files]) {
    const answer = await client.submit(page, wanted, typed, { button: { name: 'go', value: 'next' }, files: with_files, follow: false });
    assert.equal(answer.status, 303, words(answer.body).slice(0, 300));
    assert.equal(new URL(answer.headers.location, server.origin).pathname, address);
    const again = await client.get(address);
    assert.match(again.body, /id="form-restored"/);
    assert.match(again.body, /Før innloggingen/);
    assert.match(again.body, /æøå «sitat»/);
    if (with_files.length) assert.match(words(again.body), /Filer du hadde valgt, må du velge på nytt/);
  }
  const now = await client.get(address);
  const saved = await client.submit(now, form(now.body, '#form-page'), {}, { button: { name: 'go', value: 'close' }, follow: false });
  assert.equal(saved.status, 303);
  assert.match((await client.get(address)).body, /Før innloggingen/);
  // The script of such a page gets a token of the new session, and of no other person's page.
  const fragment = (from, fields) => from.post(address + '/lagre', fields, { follow: false, headers: { 'Alting-Fragment': '1' } });
  const told = await fragment(client, filled(wanted, {}));
  assert.equal(told.status, 403);
  const renewed = filled(wanted, {}).map(([name, value]) => (name === 'token' ? [name, told.headers['alting-token']] : [name, value]));
  assert.ok([200, 409].includes((await fragment(client, renewed)).status), 'saved, or compared with what was saved meanwhile');
  const stranger = await logIn('Glad Havørn');
  stranger.cookies().set(cookieName(client, 'alting-token'), client.cookies().get(cookieName(client, 'alting-token')));
  const theirs = await fragment(stranger, filled(wanted, {}));
  assert.equal(theirs.status, 409);
  assert.equal(theirs.headers['alting-token'], undefined);
});

test('a page made for one is never taken as the next one\'s, and waits for whom it was made for', async () => {
  const client = await logIn('Modig Måltrost');
  const page = await client.get(`/a/${party}/tilgang`);
  const give = form(page.body, '/tilgang/gi');
  forgetIssuer(client);
  client.cookies().delete(cookieName(client, 'alting-okt'));
  await client.login('Glad Havørn');
  const answer = await client.submit(page, give, { fnr: '03899146556', etternavn: 'Elvebredd', hva: `skjema:${app}` }, { follow: false });
  assert.equal(answer.status, 409, words(answer.body).slice(0, 300));
  assert.match(words(answer.body), /En annen var logget inn .* tatt vare på i inntil åtte timer, og bare den som var logget inn da/);
  assert.doesNotMatch(answer.body, /03899146556/);
  const owner = await logIn('Modig Måltrost');
  const kept = await owner.get(`/a/${party}/tilgang/gi`);
  assert.match(words(kept.body), /Det du hadde skrevet, står i skjemaet igjen/);
  assert.match(kept.body, /value="03899146556"/);
  assert.match(kept.body, /value="Elvebredd"/);
  const again = form(kept.body, '/tilgang/gi');
  assert.match(words((await owner.submit(kept, again, { bekreft: 'ja' })).body), /Stille Elvebredd/);
  assert.doesNotMatch((await owner.get(`/a/${party}/tilgang/gi`)).body, /03899146556/, 'it is done, and kept no longer');
});

test('giving access after the session ended waits for the login, and a press that cannot wait says so', async () => {
  const client = await logIn('Modig Måltrost');
  const page = await client.get(`/a/${party}/tilgang`);
  const give = form(page.body, '/tilgang/gi');
  const elsewhere = client.copy();
  const profile = await elsewhere.get('/profil');
  await elsewhere.submit(profile, form(profile.body, '/logg-ut/overalt'), {}, { follow: false });
  const answer = await client.submit(page, give, { fnr: '03899146556', etternavn: 'Fossefall', hva: `skjema:${app}` }, { follow: false });
  assert.equal(answer.status, 303);
  assert.equal(new URL(answer.headers.location, server.origin).searchParams.get('til'), `/a/${party}/tilgang/gi`);
  const press = await client.post(`/a/${party}/utkast/11111111-1111-4111-8111-111111111111/slett`, filled(form(page.body, '/tilgang/gi'), { 'keep:for': null }), { follow: false });
  assert.equal(press.status, 401);
  assert.match(words(press.body), /ikke utført og ikke lagret/);
  forgetIssuer(client);
  const back = await client.login('Modig Måltrost', { to: `/a/${party}/tilgang/gi` });
  assert.match(back.body, /value="Fossefall"/);
});

test('one ends one of one\'s own sessions, and nobody else\'s', async () => {
  const [desk, phone, stranger] = [await logIn('Modig Måltrost'), await logIn('Modig Måltrost'), await logIn('Glad Havørn')];
  const page = await desk.get('/profil');
  const buttons = forms(page.body).filter((one) => /\/profil\/innlogging\/[0-9a-f-]{36}\/avslutt$/.test(one.action));
  assert.ok(buttons.length >= 1);
  assert.equal((page.body.match(/>Denne</g) ?? []).length, 1, 'one\'s own is marked');
  const theirs = await stranger.get('/profil');
  const foreign = filled(form(theirs.body, '/logg-ut'), {});
  assert.equal((await stranger.post(buttons[0].action, foreign, { follow: false })).status, 404);
  for (const one of buttons) assert.equal((await desk.submit(page, one, {}, { follow: false })).status, 303);
  assert.equal((await phone.get('/profil', { follow: false })).status, 303);
  assert.equal((await desk.get('/profil', { follow: false })).status, 200);
  assert.equal((await stranger.get('/profil', { follow: false })).status, 200);
});

const withheld = /Hendelse i et skjema som krever en sterkere innlogging/;

test('the activity log names no form and no reference of a higher level than its reader\'s', async () => {
  const strong = await logIn('Modig Måltrost', { level: '4' });
  const { id } = await strong.start(party, other);
  assert.ok(id);
  const own = words((await strong.get(`/a/${party}/aktivitet`)).body);
  const title = JSON.parse(readFileSync(join(top, 'services', other, 'config/applicationmetadata.json'), 'utf8')).title.nb;
  assert.ok(own.includes(title), title);
  const weak = await logIn('Modig Måltrost', { method: 'MinID' });
  for (const path of [`/a/${party}/aktivitet`, '/aktivitet']) {
    const seen = words((await weak.get(path)).body);
    assert.ok(!seen.includes(title), path);
    assert.match(seen, withheld);
    const found = words((await weak.get(`${path}?q=avviksmelding`)).body);
    assert.ok(!found.includes(title) && !withheld.test(found), 'a search does not tell either');
    assert.match(found, /Søket tar ikke med hendelser/, 'and says that it leaves something out');
    const kinds = [...(await weak.get(path)).body.matchAll(/<option value="([a-z_]+\.[a-z_.]+)"/g)].map((one) => one[1]);
    assert.ok(kinds.includes('instance.created'), kinds.join(' '));
    for (const kind of kinds) assert.doesNotMatch(words((await weak.get(`${path}?type=${kind}`)).body), withheld, kind);
  }
});

test('a form with more fields than are taken is refused as the person\'s it is', async () => {
  const client = await logIn('Modig Måltrost');
  const page = await client.get(`/a/${party}/tilgang`);
  const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`x${i}`, '1']));
  const answer = await client.post(`/a/${party}/tilgang/gi`, { ...filled(form(page.body, '/tilgang/gi'), {}), ...many }, { follow: false });
  assert.equal(answer.status, 413);
  assert.match(words(answer.body), /Modig Måltrost/);
});
