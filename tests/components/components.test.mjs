// The components and the script in a real browser: axe on the gallery at three widths and in both colour schemes, what the script
// adds, and the same page with scripts off.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { freePorts } from '../lib/ports.mjs';

const top = resolve(fileURLToPath(new URL('.', import.meta.url)), '../..');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let rig, site, browser;

before(async () => {
  const port = await freePorts();
  site = `http://localhost:${port}`;
  rig = spawn(process.env.WEB_RIG ?? join(top, 'build/release/web_rig'), ['--assets', process.env.ASSETS ?? join(top, 'build/release/assets'), '--port', String(port)], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((done, fail) => { rig.stdout.once('data', done); rig.once('exit', () => fail(new Error('web_rig ended'))); });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell', args: ['--no-sandbox'] });
});
after(async () => {
  await browser?.close();
  rig?.removeAllListeners('exit');
  rig?.stdin.end();
});

async function visitor(options = {}) {
  const context = await browser.newContext({ locale: 'nb-NO', bypassCSP: false, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(error.message));
  page.on('console', (message) => { if (message.type() === 'error' && !/40[0-9]|ERR_INTERNET/.test(message.text())) page.faults.push(message.text()); });
  page.setDefaultTimeout(10_000);
  return page;
}
const saved = async (page) => (await page.request.get(`${site}/lagret`)).json();
const until = async (what, check) => {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    if (await check()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail(what);
};
const state = (page) => page.locator('#saved-state').innerText();

for (const [width, colorScheme] of [[1280, 'light'], [768, 'light'], [390, 'light'], [390, 'dark'], [1280, 'dark']])
  test(`the gallery has no fault that axe knows at ${width} px, ${colorScheme}, and does not scroll sideways`, async () => {
    const page = await visitor({ viewport: { width, height: 900 }, colorScheme });
    await page.goto(`${site}/components`);
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
    assert.deepEqual(found.violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 120))]), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

test('a first visit is small, from this host only, and the styles are kept', async () => {
  const page = await visitor();
  let octets = 0;
  const hosts = new Set();
  page.on('response', async (answer) => { hosts.add(new URL(answer.url()).host); const sizes = await answer.request().sizes(); octets += sizes.responseBodySize + sizes.responseHeadersSize; });
  await page.goto(`${site}/skjema`, { waitUntil: 'networkidle' });
  assert.deepEqual([...hosts], [new URL(site).host]);
  assert.ok(octets > 5_000 && octets < 60_000, `${octets} octets`);
  const css = await page.request.get(new URL(await page.locator('link[rel=stylesheet]').getAttribute('href'), site).href);
  assert.match(css.headers()['cache-control'], /immutable/);
  await page.context().close();
});

test('what one writes is saved by itself, and said', async () => {
  const page = await visitor();
  await page.goto(`${site}/skjema`);
  await page.getByLabel('Navn').fill('Kari');
  await until('saved', async () => (await saved(page)).values.navn === 'Kari');
  await until('said', async () => (await state(page)) === 'Lagret nå');
  await page.getByLabel('Første').check();
  await page.getByLabel('Andre').check();
  await until('both', async () => (await saved(page)).values.valg === 'a,b');
  await page.getByLabel('Første').uncheck();
  await page.getByLabel('Andre').uncheck();
  await until('none', async () => (await saved(page)).values.valg === '');
  await page.getByLabel('Klokkeslett').fill('14:20');
  await until('the group', async () => { const { values } = await saved(page); return values['naar.time'] === '14:20' && values['naar.date'] === ''; });
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('an answer that changes the field in hand keeps focus, caret and what was typed since', async () => {
  const page = await visitor();
  await page.goto(`${site}/skjema`);
  const field = page.getByLabel('Navn');
  await field.fill('feil');
  await until('the fault shows', async () => (await page.locator('#navn-error').count()) === 1);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'navn');
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  await page.keyboard.type('fri');
  assert.equal(await field.inputValue(), 'feilfri');
  await page.context().close();
});

test('without a network it says so, and saves when the network is back', async () => {
  const page = await visitor();
  await page.goto(`${site}/skjema`);
  await page.context().setOffline(true);
  await page.getByLabel('Navn').fill('Uten nett');
  await until('said', async () => (await state(page)) === 'Uten nett');
  await page.context().setOffline(false);
  await until('saved', async () => (await saved(page)).values.navn === 'Uten nett');
  await page.context().close();
});

test('what was not taken is told apart: too much going on, something broken; and it is saved when it can be', async () => {
  const page = await visitor();
  await page.goto(`${site}/skjema`);
  let answer;
  let asked = 0;
  await page.route('**/skjema/lagre', (route) => { asked += 1; return answer ? route.fulfill({ body: 'no', ...answer }) : route.continue(); });
  for (const [name, words, told] of [
    ['Kari', 'Travelt', { status: 503, headers: { 'Retry-After': '1' } }],
    ['Ola', 'Feil hos oss', { status: 503, headers: { 'Retry-After': '1', 'Alting-Incident': 'abc' } }],
    ['Per', 'Feil hos oss', { status: 500 }],
  ]) {
    answer = told;
    await page.getByLabel('Navn').fill(name);
    await until(`${words} for ${told.status}`, async () => (await state(page)) === words);
    answer = null;
    await until('saved', async () => (await saved(page)).values.navn === name);
    await until('said', async () => (await state(page)) === 'Lagret nå');
  }
  // Before the time that was asked for nothing is sent, whatever happens in the window.
  answer = { status: 429, headers: { 'Retry-After': '600' } };
  await page.getByLabel('Navn').fill('Travelt');
  await until('said that it is busy', async () => (await state(page)) === 'Travelt');
  asked = 0;
  await page.getByLabel('Navn').fill('Travelt igjen');
  await page.evaluate(() => { for (const name of ['focus', 'online']) dispatchEvent(new Event(name)); });
  assert.equal(asked, 0);
  await page.context().close();
});

test('a conflict is said and nothing is overwritten', async () => {
  const page = await visitor();
  await page.goto(`${site}/skjema`);
  const before = (await saved(page)).version;
  await page.getByLabel('Navn').fill('konflikt');
  await until('said', async () => (await state(page)) === 'Konflikt');
  assert.equal((await saved(page)).version, before);
  await page.context().close();
});

test('a form is sent once however often one presses, and after what is being saved', async () => {
  const page = await visitor();
  await page.goto(`${site}/skjema`);
  const before = (await saved(page)).sent;
  await page.getByLabel('Navn').fill('treg');
  await page.waitForTimeout(1150);
  const button = page.getByRole('button', { name: 'Send inn' });
  await button.evaluate((one) => { one.click(); one.click(); one.click(); });
  await page.waitForURL(`${site}/lagret`);
  assert.equal((await saved(page)).sent, before + 1);
  await page.context().close();
});

test('a file is sent with progress, and the list is renewed', async () => {
  const page = await visitor();
  await page.goto(`${site}/skjema`);
  await page.getByLabel('Vedlegg').setInputFiles({ name: 'rapport.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(3_000_000, 'x') });
  await page.getByRole('button', { name: 'Last opp' }).click();
  await until('listed', async () => (await page.locator('#vedlegg-liste').innerText()) === 'rapport.pdf 3000000');
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('search answers while one types', async () => {
  const page = await visitor();
  await page.goto(`${site}/skjema`);
  await page.getByRole('searchbox', { name: 'Søk i listen' }).pressSequentially('avvik', { delay: 20 });
  await until('hits', async () => (await page.locator('#treff').innerText()) === 'Treff på avvik');
  assert.equal(await page.evaluate(() => document.activeElement.type), 'search');
  await page.context().close();
});

test('the clock says the two largest units, the count what is left, and copying what it did', async () => {
  const page = await visitor({ permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(`${site}/skjema`);
  assert.equal(await page.locator('time[data-countdown]').innerText(), 'om 1 dag og 1 time');
  await page.getByLabel('Tekst').fill('x'.repeat(25));
  assert.equal(await page.locator('#tekst-count').innerText(), '-5 tegn igjen');
  // Characters as the server counts them: not UTF-16 units, composed, without what nobody sees.
  for (const [typed, left] of [['👍'.repeat(20), 0], ['a\u030A'.repeat(20), 0], ['\u202Dab\u00AD\u200B\u202C ', 18], ['👩‍💻', 17]]) {
    await page.getByLabel('Tekst').fill(typed);
    assert.equal(await page.locator('#tekst-count').innerText(), `${left} tegn igjen`, typed);
  }
  await page.getByRole('button', { name: 'Kopier' }).click();
  await until('said', async () => (await page.locator('.copy-done').innerText()) === 'Kopiert');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'AR-1');
  await page.context().close();
});

test('with scripts off everything is still there', async () => {
  const page = await visitor({ javaScriptEnabled: false });
  await page.goto(`${site}/skjema`);
  assert.equal(await page.getByRole('button', { name: 'Kopier' }).count(), 0);
  await page.getByLabel('Vedlegg').setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.from('abc') });
  await page.getByRole('button', { name: 'Last opp' }).click();
  assert.match(await page.locator('body').innerText(), /a\.pdf 3/);
  await page.goto(`${site}/skjema`);
  await page.getByRole('searchbox', { name: 'Søk i listen' }).fill('avvik');
  await page.getByRole('button', { name: 'Søk' }).click();
  assert.match(await page.locator('body').innerText(), /Treff på avvik/);
  await page.goto(`${site}/skjema`);
  await page.getByLabel('Navn').fill('Uten skript');
  await page.getByRole('button', { name: 'Send inn' }).click();
  await page.waitForURL(`${site}/lagret`);
  assert.equal((await saved(page)).values.navn, 'Uten skript');
  await page.context().close();
});

test('the menu closes with Escape and gives the focus back', async () => {
  const page = await visitor();
  await page.goto(`${site}/components`);
  const menu = page.locator('details[data-menu]');
  await menu.locator('summary').click();
  assert.equal(await menu.getAttribute('open'), '');
  await page.keyboard.press('Escape');
  assert.equal(await menu.getAttribute('open'), null);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'SUMMARY');
  await page.context().close();
});
