// The login in a real browser, with scripts switched off: what only a browser can break (form-action and redirects, frames, cookies).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { startRig } from './rig.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let rig, browser, people;

before(async () => {
  rig = await startRig();
  people = await rig.people();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell', args: ['--no-sandbox'] });
});
after(async () => {
  await browser?.close();
  await rig?.stop();
});

async function visitor(options = {}) {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'nb-NO', ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on('console', (message) => { if (message.type() === 'error') page.faults.push(message.text()); });
  page.setDefaultTimeout(15_000);
  return page;
}
const json = async (page) => JSON.parse(await page.locator('body').innerText());

test('one chooses eID and person, and lands where one was going', async () => {
  const page = await visitor();
  await page.goto(`${rig.portal}/logg-inn/start?til=/hvem`);
  await page.getByRole('link', { name: 'BankID', exact: true }).click();
  await page.getByRole('button', { name: /^Logg inn som/ }).first().click();
  await page.waitForURL(`${rig.portal}/hvem`);
  assert.deepEqual([(await json(page)).logged_in, (await json(page)).level], [true, '4']);
  await page.context().close();
});

test('one types a number, is told what is wrong with it, and logs in; then out, here and there', async () => {
  const page = await visitor();
  await page.goto(`${rig.portal}/logg-inn/start?til=/hvem&metode=MinID`);
  await page.getByLabel('Fødselsnummer eller D-nummer').fill('12345');
  await page.getByRole('button', { name: 'Logg inn', exact: true }).click();
  assert.match(await page.title(), /^Feil/);
  await page.getByLabel('Fødselsnummer eller D-nummer').fill(people.manager);
  await page.getByRole('button', { name: 'Logg inn', exact: true }).click();
  await page.waitForURL(`${rig.portal}/hvem`);

  await page.goto(`${rig.portal}/side`);
  await page.getByRole('button', { name: 'Logg ut' }).click();
  await page.getByRole('button', { name: 'Fortsett' }).click();
  await page.waitForURL(`${rig.portal}/logg-ut/ferdig`);
  await page.goto(`${rig.portal}/hvem`);
  assert.equal((await json(page)).logged_in, false);
  await page.goto(`${rig.portal}/logg-inn/start`);
  assert.match(await page.locator('h1').innerText(), /Velg eID/);
  await page.context().close();
});

test('the issuer\'s farewell page tells the portal in a frame', async () => {
  const page = await visitor();
  await page.goto(`${rig.portal}/logg-inn/start?til=/hvem&metode=Buypass`);
  await page.getByRole('button', { name: /^Logg inn som/ }).first().click();
  await page.waitForURL(`${rig.portal}/hvem`);
  const told = page.waitForResponse((answer) => answer.url().startsWith(`${rig.portal}/logg-ut/front`));
  await page.goto(`${rig.portal}/side`);
  await page.getByRole('button', { name: 'Logg ut' }).click();
  await page.getByRole('button', { name: 'Fortsett' }).click();
  assert.equal((await told).status(), 200);
  await page.waitForURL(`${rig.portal}/logg-ut/ferdig`);
  assert.deepEqual(page.faults.filter((fault) => /frame|Content Security Policy/i.test(fault) && !/stylesheet|style-src|script/i.test(fault)), []);
  await page.context().close();
});

test('cancelling leads back to a page that says so', async () => {
  const page = await visitor();
  await page.goto(`${rig.portal}/logg-inn/start?til=/hvem`);
  await page.getByRole('link', { name: 'Avbryt' }).click();
  assert.match(await page.locator('h1').innerText(), /avbrøt/);
  await page.context().close();
});

test('the issuer\'s pages have no faults that axe finds, in any language, at 390 and 1280 pixels', async () => {
  for (const width of [390, 1280]) {
    const page = await visitor({ javaScriptEnabled: true, viewport: { width, height: 900 } });
    for (const language of ['nb', 'nn', 'en']) {
      await page.goto(`${rig.portal}/logg-inn/start`);
      for (const step of ['', '/bankid']) {
        const here = new URL(page.url().split('?')[0]);
        await page.goto(`${here.href}${step}?sprak=${language}`);
        await page.evaluate(axe);
        const found = await page.evaluate(() => globalThis.axe.run(document, { rules: { 'color-contrast': { enabled: true } } }));
        assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`), [], `${width} ${language} ${step}`);
      }
    }
    await page.context().close();
  }
});
