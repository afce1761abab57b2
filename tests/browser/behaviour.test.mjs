// What a form does under a person's hands: keyboard, languages, saving, two editors, two tabs, and what happens when things go wrong.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStage, login, look, clean, forgive, choose, startForm, fillPage, fillGuidance, next, saved, overview, draftOf, partyOf } from './person.mjs';
import { Client } from '../lib/client.mjs';
import { Server, top } from '../lib/server.mjs';

let stage;
before(async () => { stage = await openStage(); });
after(async () => { await stage?.close(); });

const act = (name, steps) => test(name, () => stage.act(name, steps));
const guidance = 'dat/veiledning';
const field = (page, name) => page.locator(`#form-page [name="${name}"]`);
const state = (page) => page.locator('#saved-state');

// Presses Tab until what has the focus fits, the way one who cannot use a mouse does; every stop must be visible.
async function tabTo(page, selector) {
  for (let presses = 0; presses < 90; presses += 1) {
    await page.keyboard.press('Tab');
    const [fits, visible] = await page.evaluate((wanted) => {
      const one = document.activeElement;
      const style = getComputedStyle(one);
      const around = one.closest('.ds-field') ? getComputedStyle(one.closest('.ds-field')) : style;
      return [one.matches(wanted), style.outlineStyle !== 'none' || style.boxShadow !== 'none' || around.outlineStyle !== 'none' || one === document.body];
    }, selector);
    assert.ok(visible, 'the focus can be seen');
    if (fits) return;
  }
  assert.fail(`Tab never comes to ${selector}`);
}

act('a form can be filled in and sent with the keyboard alone', async () => {
  const page = await stage.visitor();
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS');
  await page.goto(`/a/${party}/skjema/${guidance}`);
  await page.keyboard.press('Tab');
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Hopp til hovedinnhold/);
  await page.keyboard.press('Enter');
  await tabTo(page, 'main form button[type=submit]');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/utkast\//);
  await tabTo(page, '[name="sporsmal.tema"]');
  await page.keyboard.type('Arb');
  await tabTo(page, '[name="sporsmal.emne"]');
  await page.keyboard.type('Kamera på arbeidsplassen');
  await tabTo(page, '[name="sporsmal.tekst"]');
  await page.keyboard.type('Kan vi ha kamera i lunsjrommet?');
  await tabTo(page, 'button[name=go][value=next]');
  await saved(page);
  await page.keyboard.press('Enter');
  await page.waitForURL(/side\/Kontakt/);
  await tabTo(page, '[name="kontakt.navn"]');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Modig Måltrost');
  await tabTo(page, '[name="kontakt.svar"]');
  await page.keyboard.press('Space');
  await saved(page);
  await tabTo(page, 'button[name=go][value=next]');
  await page.keyboard.press('Enter');
  await page.waitForURL(/oversikt/);
  await tabTo(page, 'form[action$="/send"] button');
  await page.keyboard.press('Enter');
  await page.waitForURL(/kvittering/);
  await look(page);
});

/** A first notice that was sent the short way, and an addition to it that was begun. */
async function sentAndAdded(client, party) {
  const yesterday = new Date(Date.now() - 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Europe/Oslo' });
  const { id, page } = await client.start(party, 'dat/avviksmelding', { way: 'kort' });
  await client.fill(page, {
    'avslutning.gradert': 'nei', 'tid.kjennskap.date': yesterday, 'tid.kjennskap.time': '10:00', 'beskrivelse.hva': 'En e-post gikk til feil mottaker.', 'kontakt.melder.telefon': '22334455',
    'melding.resten': ['bekreftet'], 'avslutning.erklaering': ['bekreftet'],
  });
  await client.send(party, id);
  return { sent: id, addition: (await client.start(party, 'dat/avviksmelding', { adds: id })).id };
}

act('every page can be had in three languages, and one stays where one is', async () => {
  const page = await stage.visitor();
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS');
  await startForm(page, party, guidance);
  const draft = new URL(page.url()).pathname;
  await startForm(page, party, 'dat/avviksmelding', 'kort');
  const notice = new URL(page.url()).pathname;
  const client = new Client(stage.origin);
  await client.login('Modig Måltrost');
  const { sent, addition } = await sentAndAdded(client, party);
  const names = { nb: 'Bokmål', nn: 'Nynorsk', en: 'English' };
  for (const path of [notice, notice.replace(/side\/.*/, 'oversikt'), `/a/${party}/utkast/${addition}/side/Tillegg`, `/a/${party}/sak/${sent}`, `/a/${party}/sak/${sent}/kvittering`, '/tilgang/be', '/aktor', '/hjelp/roller',
                      '/', '/skjema', `/a/${party}/skjema/dat/avviksmelding`, `/a/${party}/innboks`, `/a/${party}/tilgang`, `/a/${party}/aktivitet`, draft, draft.replace(/side\/.*/, 'oversikt'), draft.replace(/side\/.*/, 'utskrift'), '/kvittering', '/profil', '/skjema/dat/avviksmelding/utskrift',
                      '/personvern', '/personvern/informasjonskapsler', '/tilgjengelighet', '/status', '/hjelp']) {
    const headings = new Set();
    await page.goto(path);
    for (const language of ['nn', 'en', 'nb']) {
      await page.getByRole('link', { name: names[language], exact: true }).click();
      await page.waitForFunction((wanted) => document.documentElement.lang.startsWith(wanted), language);
      assert.equal(new URL(page.url()).pathname, path);
      headings.add(await page.locator('main').innerText());
      await look(page);
    }
    assert.equal(headings.size, 3, `${path} says the same in two languages`);
  }
});

act('what one typed is there after a reload, and after the server fell', async () => {
  const page = await stage.visitor();
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS');
  await startForm(page, party, guidance);
  await field(page, 'sporsmal.emne').fill('Skal stå etter omlasting');
  await field(page, 'sporsmal.tekst').focus();
  await saved(page);
  assert.match(await state(page).innerText(), /Lagret/);
  await page.reload();
  assert.equal(await field(page, 'sporsmal.emne').inputValue(), 'Skal stå etter omlasting');
  await field(page, 'sporsmal.tekst').fill('Skal stå etter fallet');
  await field(page, 'sporsmal.emne').focus();
  await saved(page);
  await stage.server.kill();
  await stage.server.start();
  await page.reload();
  assert.equal(await field(page, 'sporsmal.tekst').inputValue(), 'Skal stå etter fallet');
  clean(page);
});

act('what is typed while the server is away is said, kept, and saved when it is back', async () => {
  const page = await stage.visitor();
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS');
  await startForm(page, party, guidance);
  await stage.server.stop();
  await field(page, 'sporsmal.emne').fill('Skrevet uten kontakt');
  await page.locator('#saved-state', { hasText: 'Ingen kontakt' }).waitFor();
  await stage.server.start();
  await page.waitForFunction(() => /Lagret/.test(document.getElementById('saved-state').textContent), null, { timeout: 30_000 });
  await page.reload();
  assert.equal(await field(page, 'sporsmal.emne').inputValue(), 'Skrevet uten kontakt');
  forgive(page, /ERR_CONNECTION|Failed to load/);
  clean(page);
});

act('two who edit one draft get each other\'s changes, and a clear word when both changed the same', async () => {
  const [one, other] = [await stage.visitor(), await stage.visitor()];
  await login(one, 'Modig Måltrost');
  const party = await choose(one, 'Fjord og Fjell AS');
  await startForm(one, party, guidance);
  await login(other, 'Modig Måltrost');
  await other.goto(one.url());
  await field(one, 'sporsmal.emne').fill('Emnet fra den ene');
  await field(one, 'sporsmal.tekst').focus();
  await saved(one);
  await field(other, 'sporsmal.tekst').fill('Teksten fra den andre');
  await field(other, 'sporsmal.tema').focus();
  await saved(other);
  assert.equal(await field(other, 'sporsmal.emne').inputValue(), 'Emnet fra den ene', 'the other sees what the one wrote');
  await look(other);

  await field(one, 'sporsmal.emne').fill('Nytt emne fra den ene');
  await field(one, 'sporsmal.tema').focus();
  await saved(one);
  await field(other, 'sporsmal.emne').fill('Nytt emne fra den andre');
  await field(other, 'sporsmal.tema').focus();
  const choice = other.locator('.conflict');
  await choice.waitFor();
  forgive(other);
  assert.match(await choice.innerText(), /Modig Måltrost|i en annen fane/);
  assert.match(await choice.innerText(), /Nytt emne fra den ene/);
  assert.equal(await field(other, 'sporsmal.emne').inputValue(), 'Nytt emne fra den andre', 'what one wrote stays in the field');
  await look(other, 'konflikt');
  await one.reload();
  assert.equal(await field(one, 'sporsmal.emne').inputValue(), 'Nytt emne fra den ene', 'nothing was written over');
  await field(other, 'sporsmal.tekst').fill('Teksten en gang til');
  await field(other, 'sporsmal.tema').focus();
  await saved(other);
  forgive(other);
  await other.getByRole('button', { name: 'Neste', exact: true }).click();
  await other.locator('#error-summary').waitFor();
  forgive(other);
  assert.match(other.url(), /side\/Sporsmal|side\//);
  assert.equal(await field(other, 'sporsmal.emne').inputValue(), 'Nytt emne fra den andre', 'Neste waits, and nothing is lost');
  await look(other);
  await other.getByRole('button', { name: /^Behold min/ }).click();
  await choice.waitFor({ state: 'detached' });
  await one.reload();
  assert.equal(await field(one, 'sporsmal.emne').inputValue(), 'Nytt emne fra den andre');
});

act('a list answers while one types, and says how many were found', async () => {
  const page = await stage.visitor();
  await login(page, 'Modig Måltrost');
  await page.goto('/aktor');
  await page.locator('#party-search').fill('Bergen');
  await page.waitForFunction(() => /1 du kan|Én du kan|avd Bergen/i.test(document.getElementById('party-list').innerText) && !/Tromsø/.test(document.getElementById('party-list').innerText));
  assert.match(await page.locator('form[data-search-form] [role=status]').textContent(), /Ett treff|\d+ treff/);
  assert.match(page.url(), /q=Bergen/);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'party-search', 'one goes on typing');
  await look(page);
});

act('among many drafts one finds the form one had begun, by its page and by its title', async () => {
  const page = await stage.visitor();
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS avd Bergen');
  await startForm(page, party, 'dat/avviksmelding');
  const begun = draftOf(page);
  const client = new Client(stage.origin);
  await client.login('Modig Måltrost');
  for (let i = 0; i < 101; i += 1) await client.start(party, guidance);
  await page.goto(`/a/${party}/skjema/dat/avviksmelding`);
  assert.equal(await page.locator(`main a[href$="/utkast/${begun}"]`).count(), 1);
  await page.goto(`/a/${party}/innboks?q=brudd`);
  assert.deepEqual(await page.locator('#inbox-list .item-link').evaluateAll((all) => all.map((one) => one.getAttribute('href'))), [`/a/${party}/utkast/${begun}`]);
});

act('a promise of a day gone by is refused at its date, and a promise taken back hinders nothing', async () => {
  const page = await stage.visitor();
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS');
  await startForm(page, party, 'dat/avviksmelding');
  const hendelse = page.url().replace(/side\/.*/, 'side/Hendelse');
  const later = page.locator('input[type=checkbox][name="later:beskrivelse.hvordan"]');
  const date = page.locator('[name="later-date:beskrivelse.hvordan"]');
  const leave = async () => { await page.locator('h1').click(); await page.waitForTimeout(200); await saved(page); };
  await page.goto(hendelse);
  await later.check();
  await date.waitFor();
  await date.fill('2026-01-02');
  await leave();
  const said = page.locator('.form-later .ds-validation-message', { hasText: 'er passert' });
  await said.waitFor();
  assert.equal(await date.inputValue(), '2026-01-02', 'what was typed stands');
  assert.equal(await date.getAttribute('aria-invalid'), 'true');
  await look(page, 'lovet-for-sent');
  await overview(page);
  const link = page.locator('#error-summary a', { hasText: 'Hvordan oppstod avviket?' });
  assert.match(await link.getAttribute('href'), /side\/Hendelse\?fra=oversikt#/);
  await page.goto(hendelse);
  await later.uncheck();
  await leave();
  await overview(page);
  assert.equal(await link.count(), 0);
});

act('typed text that fits no field is told on the overview, with the way to it', async () => {
  const page = await stage.visitor();
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS');
  await startForm(page, party, 'dat/avviksmelding');
  await page.goto(page.url().replace(/side\/.*/, 'side/Beroerte'));
  await page.locator('[name="beroerte.antallForm"][value=eksakt]').check();
  await page.locator('[name="beroerte.antall"]').waitFor();
  await page.locator('[name="beroerte.antall"]').fill('ganske mange');
  await page.locator('h1').click();
  await page.waitForTimeout(200);
  await saved(page);
  await overview(page);
  const told = page.locator('#error-summary a', { hasText: 'Antall berørte' });
  assert.equal(await told.count(), 1, 'once, and not also as missing');
  await told.click();
  await page.waitForURL(/side\/Beroerte/);
  assert.equal(await page.locator('[name="beroerte.antall"]').inputValue(), 'ganske mange');
});

act('text that was refused in a row moves with its row', async () => {
  const page = await stage.visitor();
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS');
  await startForm(page, party, 'dat/avviksmelding');
  await page.goto(page.url().replace(/side\/.*/, 'side/Grense'));
  await page.locator('[name="grense.grenseoverskridende"][value=ja]').check();
  const add = page.locator('button[name="add-row:beroerte.land"]');
  const count = (row) => page.locator(`#form-page [name="beroerte.land[${row}].antall"]`);
  for (const row of [0, 1]) { await add.click(); await count(row).waitFor(); }
  await count(1).fill('noen få');
  await page.locator('h1').click();
  await page.waitForTimeout(200);
  await saved(page);
  await page.locator('button[name="remove-row:beroerte.land[0]"]').click();
  await page.waitForFunction(() => !document.querySelector('[name="beroerte.land[1].antall"]'));
  assert.equal(await count(0).inputValue(), 'noen få');
  await overview(page);
  const told = await page.locator('#error-summary').innerText();
  assert.match(told, /rad 1.*Skriv et helt tall/);
  assert.doesNotMatch(told, /rad 2/);
});

act('a file with a very long name fits the page, and can be taken away again', async () => {
  const page = await stage.visitor({ width: 390 });
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS');
  await startForm(page, party, 'dat/avviksmelding');
  await page.goto(page.url().replace(/side\/.*/, 'side/Vedlegg'));
  const name = `saksbehandlingssystemets_eksport_${'x'.repeat(160)}.txt`;
  await page.locator('select[name^="tag:"]').selectOption({ index: 1 });
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from('Loggen fra serveren, linje for linje.') });
  await page.getByRole('button', { name: /Last opp/ }).click();
  await page.locator('th', { hasText: 'saksbehandlingssystemets' }).waitFor();
  await look(page, 'langt-filnavn');
  await page.locator('summary', { hasText: `: ${name}` }).click();
  await look(page, 'fjern-fil');
  await page.getByRole('button', { name: /^Ja, fjern/ }).click();
  await page.getByText('Ingen vedlegg.').waitFor();
  assert.ok(!(await page.locator('main').innerText()).includes('saksbehandlingssystemets'));
});

act('an answer to a form that was refused can be read in another language, and a page that is not there knows who is logged in', async () => {
  const page = await stage.visitor();
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS');
  await page.goto(`/a/${party}/tilgang`);
  await page.locator('form[action$="/tilgang/gi"] button[type=submit]').click();
  await page.locator('#error-summary').waitFor();
  forgive(page);
  await page.getByRole('link', { name: 'English', exact: true }).click();
  await page.waitForFunction(() => document.documentElement.lang === 'en');
  assert.equal(new URL(page.url()).pathname, `/a/${party}/tilgang`);
  await page.goto('/finnes-ikke');
  forgive(page);
  assert.equal(await page.locator('header .menu').count(), 1);
  clean(page);
});

act('the agency sees all forms together under columns they share, and each under its own', async () => {
  const sender = await stage.visitor();
  await login(sender, 'Modig Måltrost');
  const party = await choose(sender, 'Fjord og Fjell AS');
  await startForm(sender, party, guidance);
  await fillGuidance(sender, 'Til køen');
  await sender.locator('form[action$="/send"] button').click();
  await sender.waitForURL(/kvittering/);
  const page = await stage.visitor();
  await login(page, 'Klok Kattugle');
  await page.goto('/etat/dat');
  const columns = () => page.locator('main thead th').allInnerTexts();
  assert.match(await page.locator('h1').innerText(), /Datatilsynet/);
  assert.ok((await columns()).includes('Skjema') && !(await columns()).includes('Emne'));
  await look(page, 'ko-alle');
  await page.getByRole('navigation', { name: 'Velg skjema' }).getByRole('link', { name: /veiledning/ }).click();
  await page.waitForURL(/skjema=veiledning/);
  assert.ok((await columns()).includes('Emne') && !(await columns()).includes('Skjema'));
  assert.match(await page.locator('main tbody').innerText(), /Til køen/);
  await look(page, 'ko-ett');
});

act('two tabs for two companies never mix', async () => {
  const first = await stage.visitor();
  await login(first, 'Travel Tiur');
  await first.goto('/aktor?til=/innboks');
  const names = (await first.locator('main .item-link').allInnerTexts()).filter((name) => !/Travel Tiur|avd/i.test(name)).slice(0, 2);
  assert.equal(names.length, 2);
  const second = await stage.window(first.context());
  const tabs = [first, second];
  const parties = [];
  for (const [i, tab] of tabs.entries()) parties.push(await choose(tab, names[i]));
  for (const [i, tab] of tabs.entries()) await startForm(tab, parties[i], guidance);
  for (const [i, tab] of tabs.entries()) await fillPage(tab, { 'sporsmal.tema': 'annet', 'sporsmal.emne': `Bare for ${names[i]}`, 'sporsmal.tekst': `Gjelder ${names[i]}` });
  for (const tab of tabs) await next(tab);
  for (const tab of tabs) await fillPage(tab, { 'kontakt.navn': 'Travel Tiur', 'kontakt.svar': 'innboks' });
  for (const tab of tabs) await next(tab);
  for (const [i, tab] of tabs.entries()) {
    const text = await tab.locator('body').textContent();
    assert.ok(text.includes(`Bare for ${names[i]}`) && !text.includes(`Bare for ${names[1 - i]}`), names[i]);
    assert.ok((await tab.locator('.acting').innerText()).includes(names[i]));
    assert.equal(partyOf(tab), parties[i]);
  }
  for (const tab of tabs) await tab.locator('form[action$="/send"] button').click();
  for (const [i, tab] of tabs.entries()) {
    await tab.waitForURL(/kvittering/);
    assert.ok((await tab.locator('main').innerText()).includes(names[i]));
    const list = await (await tab.goto(`/a/${parties[i]}/innboks?mappe=sendt`), tab.locator('main').innerText());
    assert.ok(list.includes(`Bare for ${names[i]}`) && !list.includes(`Bare for ${names[1 - i]}`));
  }
  // One company's draft cannot be reached under the other's address.
  const answer = await first.goto(`/a/${parties[0]}/sak/${draftOf(second) ?? '00000000-0000-4000-8000-000000000000'}`);
  assert.equal(answer.status(), 404);
});

for (const scripts of [true, false]) {
  act(`classified information is stopped and not stored (scripts ${scripts ? 'on' : 'off'})`, async () => {
    const page = await stage.visitor({ scripts });
    await login(page, 'Modig Måltrost');
    const party = await choose(page, 'Fjord og Fjell AS');
    await startForm(page, party, 'dat/avviksmelding');
    const address = page.url();
    await page.locator('#form-page input[name$="gradert"][value=ja]').check();
    if (!scripts) await page.getByRole('button', { name: 'Neste', exact: true }).click();
    await page.getByText(/gradert|skjermingsverdig/i).and(page.locator('.ds-alert, .ds-alert *, h1')).first().waitFor();
    await page.waitForTimeout(1500);
    forgive(page);
    await look(page, `stopp-${scripts}`);
    await page.goto(address);
    forgive(page);
    assert.equal(await page.locator('#form-page input[name$="gradert"]:checked').count(), 0, 'nothing of it was stored');
    clean(page);
  });
}

act('one who loses the session logs in and is back where one was', async () => {
  const page = await stage.visitor();
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS');
  await startForm(page, party, guidance);
  const address = page.url();
  await page.context().clearCookies({ name: /okt$/ });
  await page.goto(address);
  assert.match(new URL(page.url()).pathname, /logg-inn/);
  await look(page);
  await page.getByRole('link', { name: /BankID/ }).first().click();
  await login(page, 'Modig Måltrost', { to: '' });
  assert.equal(page.url(), address);
  // Also when it goes while a page is being filled in.
  await page.context().clearCookies({ name: /okt$/ });
  await page.getByRole('button', { name: 'Neste', exact: true }).click();
  await page.waitForURL(/logg-inn/);
  await page.getByRole('link', { name: /BankID/ }).first().click();
  await login(page, 'Modig Måltrost', { to: '' });
  assert.equal(page.url(), address);
});

act('a sending that comes twice gives the same receipt', async () => {
  const page = await stage.visitor();
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS');
  await startForm(page, party, guidance);
  await fillGuidance(page, 'Sendt to ganger');
  let sent = null;
  page.on('request', (request) => { if (request.method() === 'POST' && request.url().endsWith('/send')) sent = request; });
  const at = page.url();
  await page.locator('form[action$="/send"] button').click();
  await page.waitForURL(/kvittering/);
  const reference = await page.locator('main strong').first().innerText();
  const again = await page.context().request.post(sent.url(), { data: sent.postData(), headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: stage.origin } });
  assert.equal(again.status(), 200);
  assert.match(again.url(), /kvittering$/);
  assert.ok((await again.text()).includes(reference));
  await page.goto(at);
  assert.match(page.url(), /\/sak\//);
  await page.goto(`/a/${party}/innboks?mappe=sendt&q=Sendt+to+ganger`);
  assert.equal(await page.locator('#inbox-list .item-link').count(), 1);
  clean(page);
});

act('a stale or forged form gets a page that helps', async () => {
  const page = await stage.visitor();
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS');
  for (const spoil of [() => page.locator('main form input[name=token]').first().evaluate((one) => { one.value = 'forged'; }), () => page.context().clearCookies({ name: /token$/ })]) {
    await page.goto(`/a/${party}/skjema/${guidance}`);
    const [answer] = await Promise.all([page.waitForResponse((one) => one.request().method() === 'POST' && /start$/.test(one.url())), spoil().then(async () => {
      const fresh = page.locator('input[name=valg][value=ny]');
      if (await fresh.count()) await fresh.check();
      await page.locator('main form[action$="/start"] button').click();
    })]);
    assert.equal(answer.status(), 403);
    await page.waitForLoadState();
    forgive(page);
    await look(page, 'gammelt-skjema');
    assert.match(await page.locator('main').innerText(), /ikke utført og ikke lagret.*Åpne siden på nytt/);
    assert.ok(await page.locator('main a').count());
  }
});

act('a party\'s page asked for without the party leads there over login and the choice of whom to represent', async () => {
  const page = await stage.visitor();
  await page.goto('/tilgang');
  assert.match(new URL(page.url()).pathname, /logg-inn/);
  await page.locator('main').getByRole('link', { name: /^BankID/ }).first().click();
  await login(page, 'Modig Måltrost', { to: '' });
  await page.locator('main .item-link', { hasText: 'Fjord og Fjell AS' }).first().click();
  await page.waitForURL((url) => /^\/a\/[0-9a-f-]{36}\/tilgang$/.test(url.pathname));
  await page.goto('/innboks');
  assert.equal(await page.locator('h1').innerText(), 'Innboks for alle', 'that of all one acts for is a page of its own');
  clean(page);
});

test('a service that demands a higher level says so, and one goes on where one was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'alting-services-'));
  cpSync(join(top, 'services'), folder, { recursive: true });
  const settings = join(folder, 'dat/veiledning/config/alting.json');
  writeFileSync(settings, readFileSync(settings, 'utf8').replace('"minimumAuthenticationLevel": 3', '"minimumAuthenticationLevel": 4'));
  const policy = join(folder, 'dat/veiledning/config/authorization/policy.xml');
  writeFileSync(policy, readFileSync(policy, 'utf8').replace(/(minimum-authenticationlevel">\s*<xacml:AttributeValue[^>]*>)3</, '$14<'));
  const server = await Server.demo({ start: false });
  server.configure(`paths.services = "${folder}"`);
  const other = await openStage({ server: await server.start() });
  try {
    await other.act('step-up', async () => {
      const page = await other.visitor();
      await login(page, 'Modig Måltrost', { method: 'MinID' });
      const party = await choose(page, 'Fjord og Fjell AS');
      await page.goto(`/a/${party}/skjema/${guidance}`);
      assert.match(new URL(page.url()).pathname, /logg-inn/);
      await look(page, 'hoyere-niva');
      assert.match(await page.locator('main').innerText(), /nivå|sikker/i);
      assert.equal(await page.locator('main').getByRole('link', { name: /MinID/ }).count(), 0, 'what is not enough is not offered');
      await page.locator('main').getByRole('link', { name: /^BankID/ }).first().click();
      await login(page, 'Modig Måltrost', { to: '' });
      assert.equal(new URL(page.url()).pathname, `/a/${party}/skjema/${guidance}`);
      await startForm(page, party, guidance);
      clean(page);
    });
  } finally {
    await other.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

act('a first visit to a form page transfers at most 100 kB, all of it ours', async () => {
  const before = await stage.visitor();
  await login(before, 'Modig Måltrost');
  const party = await choose(before, 'Fjord og Fjell AS');
  await startForm(before, party, 'dat/avviksmelding');
  for (const path of ['/skjema/dat/avviksmelding', new URL(before.url()).pathname]) {
    const page = await stage.visitor({ storageState: await before.context().storageState() });
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    let octets = 0;
    session.on('Network.loadingFinished', (one) => { octets += one.encodedDataLength; });
    await page.goto(path, { waitUntil: 'networkidle' });
    assert.equal(new URL(page.url()).pathname, path);
    console.log(`# ${path.replace(/[0-9a-f-]{36}/g, '*')}: ${octets} octets`);
    assert.ok(octets > 5_000 && octets <= 100_000, `${path} transfers ${octets} octets`);
    clean(page);
  }
});
