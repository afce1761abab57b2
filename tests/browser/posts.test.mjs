// Forms by posting pages alone, as browsers without scripts do: options made from rows, promises in two tabs, and what
// comes back after a login into a form that no longer takes it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, form, words } from '../lib/client.mjs';
import { Server, sleep, top } from '../lib/server.mjs';

const rows = 'prove/rader';
const breach = 'dat/avviksmelding';
let server, services, client, party;

before(async () => {
  services = mkdtempSync(join(tmpdir(), 'alting-services-'));
  cpSync(join(top, 'services'), services, { recursive: true });
  cpSync(join(top, 'src/forms/cases/rows'), join(services, rows), { recursive: true });
  server = await Server.demo({ start: false });
  server.configure(`paths.services = "${services}"`, 'paths.watch_services = true');
  await server.start();
  client = new Client(server.origin);
  await client.login('Modig Måltrost');
  party = await client.chooseParty('Fjord og Fjell AS');
});
after(async () => {
  await server?.remove();
  if (services) rmSync(services, { recursive: true, force: true });
});

const at = (id, page) => `/a/${party}/utkast/${id}/side/${page}`;
const press = (page, fields, name, value = '1') => client.submit(page, form(page.body, '#form-page'), fields, { button: { name, value } });
const next = (page, fields) => press(page, fields, 'go', 'next');
const choices = (page, name) => form(page.body, '#form-page').choices[name] ?? [];

test('rows of one page are what one chooses from on the next, and what is sent holds the value', async () => {
  const { id } = await client.start(party, rows);
  let page = await client.get(at(id, 'Valg'));
  assert.deepEqual(choices(page, 'leder'), [], 'nobody to choose yet');
  page = await press(await client.get(at(id, 'Folk')), {}, 'add-row:folk');
  page = await press(page, { 'folk[0].navn': 'Kari', 'folk[0].nummer': '7', 'folk[0].rolle': 'sjef' }, 'add-row:folk');
  page = await next(page, { 'folk[1].navn': 'Ola', 'folk[1].nummer': '8' });
  assert.match(page.path, /side\/Valg/);
  assert.deepEqual(choices(page, 'leder'), ['Kari', 'Ola']);
  assert.match(words(page.body), /Kari \(sjef\)/);
  assert.match(words(page.body), /Rolle: sjef/);
  page = await next(page, { leder: 'Kari', nummer: '8', flere: ['Kari', 'Ola'] });
  assert.match(page.path, /oversikt/);
  assert.match(words(page.body), /Kari \(sjef\)/);
  assert.match(words(page.body), /Nr\. 8/);

  // The row goes: the answer stays, the overview says what is wrong, and nothing is sent.
  page = await press(await client.get(at(id, 'Folk')), {}, 'remove-row:folk[0]');
  page = await client.get(`/a/${party}/utkast/${id}/oversikt`);
  assert.match(words(page.body), /Leder: «Kari» står ikke lenger blant radene i skjemaet/);
  await assert.rejects(client.send(party, id));
  page = await client.get(at(id, 'Valg'));
  assert.deepEqual(choices(page, 'leder'), ['Ola', 'Kari'], 'what was chosen is still to be seen');
  assert.deepEqual(form(page.body, '#form-page').fields.filter(([name]) => name === 'leder'), [['leder', 'Kari']]);
  page = await next(page, { leder: 'Ola', flere: ['Ola'] });
  await client.send(party, id);
  const sent = JSON.parse((await client.get(`/a/${party}/sak/${id}/skjema.json`)).body);
  assert.equal(sent.data.leder, 'Ola');
  assert.equal(sent.data.nummer, 8);
  assert.equal(sent.data.flere, 'Ola');
  assert.match(words((await client.get(`/a/${party}/sak/${id}`)).body), /Ola \(–\)/);
});

test('a promise made in one tab is not taken away by a page that another tab opened before', async () => {
  const { id } = await client.start(party, breach);
  const old = await client.get(at(id, 'Sted'));
  const box = 'later:sted.beskriv';
  assert.deepEqual(form(old.body, '#form-page').fields.filter(([name]) => name === box), [[box, '']]);
  await press(await client.get(at(id, 'Sted')), { [box]: ['on'] }, 'go', 'close');
  const promised = async () => form((await client.get(at(id, 'Sted'))).body, '#form-page').fields.some(([name, value]) => name === box && value === 'on');
  assert.ok(await promised());
  const whole = await client.submit(old, form(old.body, '#form-page'), {}, { button: { name: 'go', value: 'close' }, follow: false });
  assert.equal(whole.status, 303, 'nothing was touched, so nothing is asked');
  assert.ok(await promised(), 'it stands');
  // Who answers what was promised meanwhile is asked, told what stands there, and may keep the own text.
  const met = await press(old, { 'sted.beskriv': 'På et tog' }, 'go', 'close');
  assert.equal(met.status, 409);
  assert.match(words(met.body), /Kommer senere/);
  assert.match(met.body, /På et tog/);
  assert.ok(await promised(), 'nothing is decided yet');
  await press(met, {}, 'keep-mine:sted.beskriv');
  assert.ok(!(await promised()));
  assert.match((await client.get(at(id, 'Sted'))).body, /På et tog/);
});

// The page is posted under the token of a session that is over, so that it is kept, and shown after the login.
async function kept(id, page, fields) {
  const before_it = await client.get(at(id, page));
  for (const name of [...client.cookies().keys()].filter((one) => one.endsWith('alting-okt'))) client.cookies().delete(name);
  await client.login('Modig Måltrost');
  const answer = await client.submit(before_it, form(before_it.body, '#form-page'), fields, { button: { name: 'go', value: 'next' }, follow: false });
  assert.equal(answer.status, 303, words(answer.body).slice(0, 300));
  return () => client.get(at(id, page));
}

test('after a login it is said why what was typed could not be put back: rows moved, or the form takes it no longer', async () => {
  const { id } = await client.start(party, rows);
  await press(await client.get(at(id, 'Folk')), {}, 'add-row:folk');
  const moved = await kept(id, 'Folk', { 'folk[0].navn': 'Kari Vik' });
  await client.submit(await client.get(at(id, 'Valg')), form((await client.get(at(id, 'Valg'))).body, '#form-page'), { 'remove-row:folk[0]': '1' }, { button: { name: 'go', value: 'close' } });
  let page = await moved();
  assert.match(words(page.body), /skjemaet er endret siden/);
  assert.match(page.body, /Kari Vik/);

  const layout = join(services, rows, 'ui/skjema/layouts/Folk.json');
  const whole = readFileSync(layout, 'utf8');
  await press(await client.get(at(id, 'Folk')), {}, 'add-row:folk');
  const refused = await kept(id, 'Folk', { 'folk[0].navn': 'Ola Dal' });
  writeFileSync(layout, whole.replace('{"id": "nr", "type": "Input",', '{"id": "nr", "type": "Input", "readOnly": true,').replace('{"id": "navn", "type": "Input",', '{"id": "navn", "type": "Input", "readOnly": true,'));
  await sleep(200);  // folders are looked at some times a second
  page = await refused();
  assert.doesNotMatch(words(page.body), /skjemaet er endret siden/);
  assert.match(words(page.body), /kunne ikke settes inn i skjemaet igjen, fordi noe av det ikke kan fylles ut lenger/);
  assert.match(page.body, /Ola Dal/);
  writeFileSync(layout, whole);
});
