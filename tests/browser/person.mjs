// What a person does in a browser, for the tests here: open a page, log in, fill in a form the way a hand would, look at a page with axe.
//
//   const stage = await openStage();                       // the real program with demo data, and Chromium
//   const page = await stage.visitor({ width: 390 });      // one person's browser window
//   await login(page, 'Modig Måltrost');
//   await look(page);                                      // no faults for axe, nothing on the console, nothing from other hosts
//
// With `beside: [1280]`, look() sees each page at that width too, so that no path need be walked again to see its pages.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { Server, top } from '../lib/server.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export async function openStage(options = {}) {
  const stage = new Stage();
  stage.server = options.server ?? await Server.demo(options);
  stage.browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell', args: ['--no-sandbox', '--disable-gpu'] });
  return stage;
}

export class Stage {
  pages = [];

  get origin() { return this.server.origin; }
  get issuer() { return `http://localhost:${this.server.port + 1}`; }

  /** A window of a browser of its own: no cookies yet. Nothing moves in it: a press where something still folds out meets what lay there before. */
  async visitor({ width = 1280, scripts = true, dark = false, beside = [], ...more } = {}) {
    const context = await this.browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: scripts, locale: 'nb-NO', baseURL: this.origin,
                                                    timezoneId: 'Europe/Oslo', colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce', acceptDownloads: true, ...more });
    context.beside = beside;
    return this.window(context, scripts);
  }

  /** Another window of the same browser. */
  async window(context, scripts = true) {
    const page = await context.newPage();
    Object.assign(page, { stage: this, scripts, faults: [], foreign: [], seen: new Set() });
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => { if (message.type() === 'error') page.faults.push(`${message.text()} (${page.url()})`); });
    page.on('pageerror', (error) => page.faults.push(`${error.message} (${page.url()})`));
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith('http') && ![this.origin, this.issuer, this.server.door].includes(origin)) page.foreign.push(request.url());
    });
    this.pages.push(page);
    return page;
  }

  /** Runs a test's steps; when they fail, what each window showed is kept under build/. */
  async act(name, steps) {
    const before = this.pages.length;
    try {
      await steps();
    } catch (error) {
      const folder = join(top, 'build/release/test-results/screenshots');
      mkdirSync(folder, { recursive: true });
      for (const [number, page] of this.pages.slice(before).entries()) {
        if (page.isClosed()) continue;
        const file = join(folder, `${name.replace(/[^\p{L}\p{N}]+/gu, '-')}-${number}.png`);
        await page.screenshot({ path: file, fullPage: true }).catch(() => {});
        error.message += `\n  at ${page.url()} (${file})\n  ${(await page.locator('main').innerText({ timeout: 1000 }).catch(() => '')).slice(0, 600).replaceAll('\n', '\n  ')}`;
      }
      throw error;
    } finally {
      for (const page of this.pages.splice(before)) await page.context().close().catch(() => {});
    }
  }

  async close() {
    await this.browser?.close();
    await this.server?.remove();
  }
}

/** Looks a page over: axe, the console, other hosts, nothing wider than the window, one h1. `name` keeps a picture when SHOTS names a folder. */
export async function look(page, name = '') {
  if (process.env.SHOTS && name) {
    mkdirSync(process.env.SHOTS, { recursive: true });
    await page.screenshot({ path: join(process.env.SHOTS, `${name}-${page.viewportSize().width}.png`), fullPage: true });
  }
  if (page.scripts) {
    await page.evaluate(axe);
    await accessible(page);
    const own = page.viewportSize();
    for (const width of page.context().beside) {
      await page.setViewportSize({ width, height: own.height });
      await accessible(page);
    }
    if (page.context().beside.length) await page.setViewportSize(own);
  }
  // Enter in a field presses a form's first submit button: the main one, what stands in for it, or the only one.
  const pressed = await page.locator('form').evaluateAll((forms) => forms.map((form) => {
    const buttons = [...form.querySelectorAll('button:not([type=button])')];
    const [first] = buttons;
    const main = buttons.length < 2 || first.getAttribute('aria-hidden') === 'true' || (first.dataset.variant === 'primary' && first.dataset.color !== 'danger');
    const typed = form.querySelector('input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=file])');
    return main || !typed ? '' : first.outerHTML;
  }));
  assert.deepEqual(pressed.filter(Boolean), [], `${page.url()}: Enter does what the main button does`);
  assert.equal(await page.locator('h1').count(), 1, `${page.url()} has one main heading`);
  assert.match(await page.title(), /\S/);
  clean(page);
}

// What may differ by the width of the window: what axe finds, and whether all of it fits.
async function accessible(page) {
  const at = `${page.url()} at ${page.viewportSize().width} pixels`;
  const found = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }), axeTags);
  assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.html.slice(0, 300)} ${node.failureSummary}`).join(' | ')}`), [], at);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${at} is ${over} pixels wider than the window`);
}

/** Nothing on the console, nothing from other hosts. */
export function clean(page) {
  assert.deepEqual(page.faults, [], 'the console is quiet');
  assert.deepEqual(page.foreign, [], 'nothing is asked of other hosts');
}

/** What the console says when an answer has an error status, which the test wanted. */
export function forgive(page, pattern = /status of 4\d\d/) {
  page.faults = page.faults.filter((fault) => !pattern.test(fault));
}

/** From where one is, or `to`, through the test issuer. `person`: the name as the issuer shows it, or a number. */
export async function login(page, person, { to = '/profil', method = 'BankID', seeing = null } = {}) {
  if (to) await page.goto(`/logg-inn/start?metode=${encodeURIComponent(method)}&til=${encodeURIComponent(to)}`);
  if (seeing) await seeing();
  const chooser = page.getByRole('link', { name: method, exact: true });
  if (await chooser.count()) await chooser.click();
  if (/^\d{11}$/.test(person)) {
    await page.getByLabel('Fødselsnummer eller D-nummer').fill(person);
    await page.getByRole('button', { name: 'Logg inn', exact: true }).click();
  } else {
    await page.getByRole('button', { name: new RegExp(`^Logg inn som ${person}`) }).click();
  }
  await page.waitForURL((url) => url.origin === page.stage.origin && !url.pathname.startsWith('/logg-inn'));
}

/** The party's id from the address one is at. */
export const partyOf = (page) => /\/a\/([0-9a-f-]{36})/.exec(page.url())?.[1];
export const draftOf = (page) => /\/(?:utkast|sak)\/([0-9a-f-]{36})/.exec(page.url())?.[1];

/** The fields one can see and change on the page, with what is in them, and whether the page says that they are optional. */
export const fieldsOn = (page) => page.locator('#form-page').evaluate((form) => {
  const fields = new Map();
  for (const field of form.querySelectorAll('input[name],select[name],textarea[name]')) {
    if (field.type === 'hidden' || field.type === 'file' || field.disabled || field.readOnly || !field.getClientRects().length) continue;
    if (/^(later|later-date|tag):/.test(field.name)) continue;
    if (field.closest('fieldset[disabled]') || field.getAttribute('aria-disabled') === 'true') continue;
    const one = fields.get(field.name) ?? { name: field.name, type: field.localName === 'input' ? field.type : field.localName, values: [], set: [], required: false, optional: false };
    if (one.type === 'radio' || one.type === 'checkbox') {
      one.values.push(field.value);
      if (field.checked) one.set.push(field.value);
    } else {
      if (field.localName === 'select') one.values = [...field.options].map((option) => option.value).filter(Boolean);
      if (field.value) one.set.push(field.value);
    }
    one.required ||= field.required || field.getAttribute('aria-required') === 'true' || Boolean(field.closest('[aria-required="true"]'));
    one.optional ||= /\(valgfritt\)/.test(`${[...(field.labels ?? [])].map((label) => label.textContent)} ${field.closest('fieldset')?.querySelector('legend')?.textContent ?? ''}`);
    fields.set(field.name, one);
  }
  return [...fields.values()];
});

async function put(page, field, value) {
  const named = page.locator(`#form-page [name="${field.name}"]`);
  if (field.type === 'radio') await page.locator(`#form-page input[name="${field.name}"][value="${value}"]`).check();
  else if (field.type === 'checkbox') for (const one of [value].flat()) await page.locator(`#form-page input[name="${field.name}"][value="${one}"]`).check();
  else if (field.type === 'select') await named.selectOption(value);
  else await named.fill(value);
}

/** Waits until the script has saved what was typed. */
export async function saved(page) {
  if (!page.scripts) return;
  await page.waitForFunction(() => !document.querySelector('form[data-unsaved]'), null, { timeout: 15_000 });
}

/** Opens what is folded and has something to answer in it. */
export async function unfold(page) {
  const folded = page.locator('#form-page details:not([open]):has(input:not([type=hidden]), select, textarea) > summary');
  for (let count = 0; count < 40 && await folded.count(); count += 1) await folded.first().click();
}

/**
 * Answers what the page asks: `values` by name (null: leave empty), `otherwise(field)` for the rest (undefined: leave). Questions that come up
 * because of an answer are answered too. Returns the names that were answered.
 */
export async function fillPage(page, values, otherwise = () => undefined) {
  const done = new Set();
  for (let round = 0; round < 8; round += 1) {
    await unfold(page);
    let some = false;
    for (const field of await fieldsOn(page)) {
      if (done.has(field.name)) continue;
      const given = field.name in values;
      if (!given && field.set.length) continue;
      const value = given ? values[field.name] : otherwise(field);
      done.add(field.name);
      if (value === undefined || value === null) continue;
      if (!(await page.locator(`#form-page [name="${field.name}"]`).count())) { done.delete(field.name); continue; }
      await put(page, field, value);
      some = true;
    }
    if (!some || !page.scripts) break;
    await page.locator('h1').click({ position: { x: 1, y: 1 } });
    await saved(page);
  }
  return [...done];
}

export async function next(page) {
  const before = page.url();
  await page.getByRole('button', { name: 'Neste', exact: true }).click();
  await page.waitForURL((url) => url.href !== before);
}

/** Chooses whom to act for; returns the party's id. */
export async function choose(page, name) {
  await page.goto('/aktor?til=/innboks');
  await page.locator('main .item-link', { hasText: name }).first().click();
  await page.waitForURL(/\/a\/[0-9a-f-]{36}\//);
  return partyOf(page);
}

/** Starts a new form, not an addition; where there are several ways through it, this one. */
export async function startForm(page, party, app, way = 'alt') {
  await page.goto(`/a/${party}/skjema/${app}`);
  const fresh = page.locator(`input[type=radio][name=valg]:is([value=ny], [value="ny:${way}"])`);
  if (await fresh.count()) await fresh.check();
  const begin = page.locator('main form[action$="/start"] button');
  await ((await begin.count()) > 1 ? begin.and(page.locator(`[name=vei][value="${way}"]`)) : begin).click();
  await page.waitForURL(/\/utkast\/[^/]+\/side\//);
}

export async function overview(page) {
  await page.goto(`/a/${partyOf(page)}/utkast/${draftOf(page)}/oversikt`);
}

/** The small form, from its first page to the overview. */
export async function fillGuidance(page, subject) {
  await fillPage(page, { 'sporsmal.tema': 'annet', 'sporsmal.emne': subject, 'sporsmal.tekst': `Dette lurer jeg på: ${subject}`, 'sporsmal.funnet': null });
  await next(page);
  await fillPage(page, { 'kontakt.navn': 'Modig Måltrost', 'kontakt.svar': 'innboks' });
  await next(page);
}
