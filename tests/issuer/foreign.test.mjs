// Our relying party against a foreign issuer that behaves as ID-porten does.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Client } from '../lib/client.mjs';
import { forms, heading, links } from '../lib/html.mjs';
import { freePort, onward, startForeign, startRig } from './rig.mjs';

let rig, foreign, manager;

before(async () => {
  const port = await freePort();
  rig = await startRig({ issuer: `http://localhost:${port}` });
  foreign = await startForeign({ portal: rig.portal, port });
  ({ manager } = await rig.people());
});
after(async () => {
  await rig?.stop();
  await foreign?.stop();
});

const who = async (browser) => JSON.parse((await browser.get('/hvem')).body);

test('a person logs in, at the level the issuer vouches for, and comes to the deep link', async () => {
  const browser = new Client(rig.portal);
  await foreign.next({ pid: manager, acr: 'idporten-loa-substantial', amr: ['Minid-OTC'] });
  const page = await browser.get('/logg-inn/start?til=%2Fhvem%3Fa%3D1%26b%3D2');
  assert.equal(page.path, '/hvem?a=1&b=2', heading(page.body) + rig.log() + foreign.log());
  const person = JSON.parse(page.body);
  assert.equal(person.level, '3');
  assert.equal(person.method, 'MinID');
  assert.ok(person.name.length > 3);
});

test('a service that demands more sends the person back for a higher level, in a new session', async () => {
  const browser = new Client(rig.portal);
  await foreign.next({ pid: manager, acr: 'idporten-loa-substantial', amr: ['Minid-OTC'] });
  await browser.get('/logg-inn/start?til=/hvem');
  const before = new Map(browser.cookies());
  await foreign.next({ pid: manager, acr: 'idporten-loa-high', amr: ['BankID'] });
  const page = await browser.get('/logg-inn/start?til=/hvem&niva=4');
  assert.equal(JSON.parse(page.body).level, '4');
  assert.notEqual(browser.cookies().get('alting-okt'), before.get('alting-okt'));
});

test('a login asked for anew is done anew, and the issuer says when without being set up to', async () => {
  const browser = new Client(rig.portal);
  await foreign.next({ pid: manager, acr: 'idporten-loa-substantial', amr: ['Minid-OTC'] });
  await browser.get('/logg-inn/start?til=/hvem');
  const before = browser.cookies().get('alting-okt');
  const page = await browser.get('/logg-inn/start?til=/hvem&ny=1');
  assert.equal(page.path, '/hvem', heading(page.body) + rig.log() + foreign.log());
  assert.equal(JSON.parse(page.body).level, '3');
  assert.notEqual(browser.cookies().get('alting-okt'), before);
});

test('a level below what was asked for is not let in', async () => {
  const browser = new Client(rig.portal);
  await foreign.next({ pid: manager, acr: 'idporten-loa-low' });
  const page = await browser.get('/logg-inn/start?til=/hvem');
  assert.equal(page.status, 403);
  assert.ok(links(page.body).some((link) => link.href.startsWith('/logg-inn/start?til=%2Fhvem')));
  assert.equal((await who(browser)).logged_in, false);
});

test('an eIDAS person without a national identity number gets a page that says so', async () => {
  const browser = new Client(rig.portal);
  await foreign.next({ pid: 'eidas-se-1', acr: 'idporten-loa-high' });
  const page = await browser.get('/logg-inn/start?til=/hvem');
  assert.equal(page.status, 403);
  assert.match(heading(page.body), /fødselsnummer/);
});

test('one who cancels is told so and may begin again', async () => {
  const browser = new Client(rig.portal);
  await foreign.next({ cancel: true });
  const page = await browser.get('/logg-inn/start?til=/hvem');
  assert.match(heading(page.body), /avbrøt/);
  await foreign.next({ pid: manager, acr: 'idporten-loa-high' });
  const again = await browser.get(links(page.body).find((link) => link.href.startsWith('/logg-inn/start')).href);
  assert.equal(JSON.parse(again.body).logged_in, true);
});

test('an answer works once, in its own browser', async () => {
  const browser = new Client(rig.portal);
  await foreign.next({ pid: manager, acr: 'idporten-loa-high' });
  let step = await browser.get('/logg-inn/start?til=/hvem', { follow: false });
  while (!step.headers.location.includes('/logg-inn/svar')) step = await browser.get(new URL(step.headers.location, step.url).href, { follow: false });
  const answer = step.headers.location;
  const thief = new Client(rig.portal);
  assert.equal((await thief.get(answer)).status, 403);
  assert.equal((await who(thief)).logged_in, false);
  assert.equal((await browser.get(answer)).path, '/hvem');
  const late = browser.copy();
  late.cookies().delete('alting-okt');
  assert.equal((await late.get(answer)).status, 403);
  const forged = new URL(answer);
  forged.searchParams.set('state', 'A'.repeat(43));
  assert.equal((await browser.get(forged.href)).status, 403);
});

test('logging out ends the session here and at the issuer', async () => {
  const browser = new Client(rig.portal);
  await foreign.next({ pid: manager, acr: 'idporten-loa-high' });
  await browser.get('/logg-inn/start?til=/hvem');
  const page = await browser.get('/side');
  const leaving = await onward(browser, await browser.submit(page, forms(page.body).find((form) => form.action.endsWith('/logg-ut'))));
  assert.equal((await who(browser)).logged_in, false);
  assert.equal(new URL(leaving.url).origin, foreign.issuer, leaving.body);
  const confirm = forms(leaving.body)[0];  // oidc-provider asks once more
  const done = await browser.submit(leaving, confirm, { logout: 'yes' });
  assert.equal(done.path.split('?')[0], '/logg-ut/ferdig');
  await foreign.next({ cancel: true });  // no session is left there: the issuer has to ask
  assert.match(heading((await browser.get('/logg-inn/start')).body), /avbrøt/);
});
