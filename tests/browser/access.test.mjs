// A way in for who has none: an employee asks for access from where the way ended, who manages access answers, and the way goes on. And many
// rows of the inbox at once, by mouse and by keyboard, with scripts and without. The presses are counted: they are what it costs.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { openStage, login, look, clean, forgive, choose, startForm } from './person.mjs';

let stage;
before(async () => { stage = await openStage(); });
after(async () => { await stage?.close(); });
const act = (name, steps) => test(name, () => stage.act(name, steps));

const form = 'dat/avviksmelding';
const employee = '03899146556';  // Stille Elvebredd, who has no role anywhere
const main = (page) => page.locator('main').innerText();

/** What one presses, in each window: `await press(page, button.click())`. */
const counted = new Map();
async function press(page, done) {
  counted.set(page, (counted.get(page) ?? 0) + 1);
  await done;
}
const presses = (page) => counted.get(page) ?? 0;

for (const scripts of [true, false])
  act(`an employee asks for access where the way ended, the manager gives it, and the way goes on, ${scripts ? 'with' : 'without'} scripts`, async () => {
    const manager = await stage.visitor({ scripts });
    await login(manager, 'Modig Måltrost');
    const party = await choose(manager, 'Fjord og Fjell AS');
    const page = await stage.visitor({ width: 390, scripts });
    await login(page, employee);
    const service = `/a/${party}/skjema/${form}`;
    assert.equal((await page.goto(service)).status(), 403);
    forgive(page);
    const told = await main(page);
    for (const words of ['Fjord og Fjell AS', 'Modig Måltrost', 'navnet ditt, fødselsåret ditt']) assert.ok(told.includes(words), words);
    await look(page, 'be-om-tilgang');
    await press(page, page.getByRole('button', { name: /^Be om tilgang/ }).click());
    await page.waitForURL(/gjort=/);
    forgive(page);
    assert.match(await main(page), /Forespørselen er sendt/);
    assert.equal(presses(page), 1, 'one press asks');
    await look(page, 'tilgang-bedt-om');

    await manager.goto(`/a/${party}/tilgang`);
    const list = await main(manager);
    assert.ok(list.indexOf('Stille Elvebredd') < list.indexOf('Hvem har fått tilgang'), 'who waits stands first');
    assert.match(list, /Stille Elvebredd, født \d{4}/);
    assert.ok(!list.includes(employee), 'a name and a year of birth, and no number');
    await look(manager, 'tilgang-foresporsel');
    await press(manager, manager.locator('form[action$="/godta"] button').click());
    await manager.waitForURL(/gjort=/);
    assert.equal(presses(manager), 1, 'one press answers');
    assert.match(await main(manager), /Tilgangen er gitt, slik det ble bedt om/);
    await look(manager, 'tilgang-godkjent');

    await press(page, page.getByRole('link', { name: 'Se om du har fått svar', exact: true }).click());
    await page.waitForURL((url) => url.pathname === service);
    assert.equal(presses(page), 2, 'and one more goes on');
    assert.ok(await page.locator('main form[action$="/start"]').count(), 'where one was going');
    const own = await choose(page, 'Stille Elvebredd');
    await page.goto(`/a/${own}/tilgang`);
    assert.match(await main(page), /Godkjent/);
    await look(page, 'tilgang-egen');
    // And given up again: it holds no longer at once.
    await page.locator('details:has(form[action$="/fraskriv"]) > summary').first().click();
    await page.locator('form[action$="/fraskriv"] button').first().click();
    await page.waitForURL(/gjort=/);
    assert.equal((await page.goto(service)).status(), 403);
    forgive(page);
    clean(page);
    clean(manager);
  });

act('who came as a private person finds the business by its number, is refused with a reason, and is blocked', async () => {
  const manager = await stage.visitor();
  await login(manager, 'Modig Måltrost');
  const party = await choose(manager, 'Fjord og Fjell AS');
  const number = /\d{3}\s\d{3}\s\d{3}/.exec(await manager.locator('header').innerText())[0];
  const page = await stage.visitor({ width: 320 });
  await login(page, employee);
  await page.goto(`/aktor?til=/skjema/${form}`);
  await press(page, page.locator('main .item-link').first().click());
  forgive(page);
  await page.locator('main form[action="/tilgang/be"] [name=orgnr]').fill(number);
  await press(page, page.locator('main form[action="/tilgang/be"] button').click());
  await page.waitForURL(/orgnr=/);
  await look(page, 'be-om-tilgang-orgnr');
  await press(page, page.getByRole('button', { name: /^Be om tilgang/ }).click());
  await page.waitForURL(/gjort=/);
  forgive(page);
  assert.equal(presses(page), 3, 'oneself, the number, and the asking');

  await manager.goto(`/a/${party}/tilgang`);
  await manager.getByRole('link', { name: 'Si nei til Stille Elvebredd', exact: true }).click();
  await look(manager, 'foresporsel');
  await manager.locator('input[name=grunn][value=not_known]').check();
  await manager.locator('form[action$="/avsla"] button').click();
  await manager.waitForURL(/gjort=/);
  await page.getByRole('link', { name: 'Se om du har fått svar', exact: true }).click();
  await page.waitForURL((url) => !url.search.includes('gjort='));
  forgive(page);
  assert.match(await main(page), /kjenner ikke/);
  await page.getByRole('button', { name: /^Be om tilgang/ }).click();
  await page.waitForURL(/gjort=/);
  forgive(page);
  await manager.goto(`/a/${party}/tilgang`);
  await manager.getByRole('link', { name: 'Si nei til Stille Elvebredd', exact: true }).click();
  await manager.locator('details:has(form[action$="/sperr"]) > summary').click();
  await manager.getByRole('button', { name: 'Ja, sperr', exact: true }).click();
  await manager.waitForURL(/gjort=/);
  assert.match(await main(manager), /Personen er sperret/);
  await look(manager, 'sperret');
  await page.reload();
  forgive(page);
  assert.equal(await page.getByRole('button', { name: /^Be om tilgang/ }).count(), 0);
  await manager.locator('details', { hasText: 'Sperrede personer' }).locator('summary').click();
  await manager.locator('form[action$="/opphev"] button').click();
  await manager.waitForURL(/gjort=/);
  clean(page);
  clean(manager);
});

act('what the roles open is explained to everyone, in three languages', async () => {
  const page = await stage.visitor({ width: 390 });
  await page.goto('/hjelp/roller');
  await look(page, 'roller');
  for (const language of ['Nynorsk', 'English']) {
    await page.getByRole('link', { name: language, exact: true }).click();
    await page.waitForURL(/\/hjelp\/roller/);
    await look(page);
  }
  clean(page);
});

for (const scripts of [true, false])
  act(`many drafts are thrown away with one question, ${scripts ? 'by keyboard' : 'without scripts'}`, async () => {
    const page = await stage.visitor({ width: scripts ? 1280 : 390, scripts });
    await login(page, 'Glad Havørn');
    const party = await choose(page, 'Glad Havørn');
    for (let count = 0; count < 3; count += 1) await startForm(page, party, 'dat/veiledning');
    await page.goto(`/a/${party}/innboks`);
    const boxes = page.locator('input[name=valgt]');
    assert.equal(await boxes.count(), 3);
    await look(page, 'innboks-velg');
    if (scripts) {
      for (const index of [0, 1]) {
        await boxes.nth(index).focus();
        await press(page, page.keyboard.press('Space'));
      }
      await page.getByRole('button', { name: 'Slett valgte utkast', exact: true }).focus();
      await press(page, page.keyboard.press('Enter'));
    } else {
      for (const index of [0, 1]) await press(page, boxes.nth(index).check());
      await press(page, page.getByRole('button', { name: 'Slett valgte utkast', exact: true }).click());
    }
    await page.waitForURL(/innboks\/valgte$/);
    await look(page, 'innboks-slett');
    await press(page, page.getByRole('button', { name: 'Ja, slett 2 utkast', exact: true }).click());
    await page.getByRole('heading', { name: '2 utkast er slettet', exact: true }).waitFor();
    assert.equal(presses(page), 4, 'one for each draft, one to delete them, and one answer');
    await look(page, 'innboks-slettet');
    await page.getByRole('link', { name: 'Til innboksen', exact: true }).click();
    await page.waitForURL((url) => url.pathname === `/a/${party}/innboks`);
    assert.equal(await boxes.count(), 1);
    await page.getByRole('button', { name: 'Slett valgte utkast', exact: true }).click();
    assert.match(await main(page), /Ingenting er valgt/);
    forgive(page);
    await page.goto(`/a/${party}/innboks`);
    await boxes.first().check();
    await page.getByRole('button', { name: 'Slett valgte utkast', exact: true }).click();
    await page.getByRole('button', { name: 'Ja, slett utkastet', exact: true }).click();
    await page.getByRole('heading', { name: 'Ett utkast er slettet', exact: true }).waitFor();
    clean(page);
  });
