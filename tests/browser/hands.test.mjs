// What a person's hands do to a form, with and without scripts: Enter in a field, a press by mistake, Neste with something wrong on the page,
// two tabs, and the way from the overview to a question and back.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { openStage, login, look, clean, forgive, choose, startForm, saved, overview } from './person.mjs';
import { long } from '../lib/server.mjs';

let stage;
before(async () => { stage = await openStage(); });
after(async () => { await stage?.close(); });

const form = 'dat/avviksmelding';
const field = (page, name) => page.locator(`#form-page [name="${name}"]`);
const goTo = (page, at) => page.goto(page.url().replace(/side\/.*/, `side/${at}`));

/** The same with scripts and without, at a telephone's width and at a desk's; there by hand only with --long, else the pages are looked at there. */
function both(name, steps) {
  for (const [scripts, width, beside] of [[true, 390, long ? [] : [1280]], [false, 820], ...(long ? [[true, 1280]] : [])])
    test(`${name}, ${scripts ? 'with' : 'without'} scripts, ${width} px`, () => stage.act(`${name} ${scripts} ${width}`, async () => {
      const page = await stage.visitor({ scripts, width, beside });
      await login(page, 'Modig Måltrost');
      const party = await choose(page, 'Fjord og Fjell AS');
      await steps(page, party);
      clean(page);
    }));
}

async function withRows(page, names) {
  await goTo(page, 'Virksomhet');
  for (const [number, name] of names.entries()) {
    await page.locator('button[name="add-row:virksomhet.andre"]').click();
    await field(page, `virksomhet.andre[${number}].navn`).fill(name);
  }
}

both('Enter in a row does what Neste does, and takes no row away', async (page, party) => {
  await startForm(page, party, form);
  await withRows(page, ['Ann', 'Bob']);
  await field(page, 'virksomhet.andre[1].navn').press('Enter');
  await page.waitForURL((url) => !url.pathname.endsWith('side/Virksomhet') || url.search.includes('melding=nye'));
  await goTo(page, 'Virksomhet');
  assert.equal(await field(page, 'virksomhet.andre[0].navn').inputValue(), 'Ann');
  assert.equal(await field(page, 'virksomhet.andre[1].navn').inputValue(), 'Bob');
  await field(page, 'virksomhet.internRef').press('Enter');
  await page.waitForURL((url) => !url.pathname.endsWith('side/Virksomhet') || url.search.includes('melding=nye'));
  await goTo(page, 'Virksomhet');
  assert.equal(await page.locator('button[name^="remove-row:virksomhet.andre["]').count(), 2, 'none was added either');
});

both('a row removed by mistake can be had back', async (page, party) => {
  await startForm(page, party, form);
  await withRows(page, ['Ann', 'Bob', 'Cai']);
  await page.locator('button[name="remove-row:virksomhet.andre[1]"]').click();
  await field(page, 'virksomhet.andre[2].navn').waitFor({ state: 'detached' });
  const undo = page.locator('button[name="restore-row"]');
  await undo.waitFor();
  assert.ok(await undo.evaluate((one) => { const { top, bottom } = one.getBoundingClientRect(); return top >= 0 && bottom <= innerHeight; }), 'the way back is in view');
  await look(page, 'rad-fjernet');
  await undo.click();
  await field(page, 'virksomhet.andre[2].navn').waitFor();
  for (const [number, name] of ['Ann', 'Bob', 'Cai'].entries()) assert.equal(await field(page, `virksomhet.andre[${number}].navn`).inputValue(), name);
  assert.equal(await undo.count(), 0);
});

both('Neste stops at what cannot be right and says so, but not at what is empty', async (page, party) => {
  await startForm(page, party, form);
  await goTo(page, 'Kontakt');
  assert.match(await page.locator('#form-missing').innerText(), /mangler svar her/);
  await look(page, 'kontakt');
  await field(page, 'kontakt.melder.telefon').fill('12');
  await page.getByRole('button', { name: 'Neste', exact: true }).click();
  await page.locator('#error-summary').waitFor();
  forgive(page);
  assert.match(await page.locator('#error-summary').innerText(), /for kort/);
  assert.equal(await field(page, 'kontakt.melder.telefon').inputValue(), '12');
  if (page.scripts) assert.equal(await page.evaluate(() => document.activeElement.id), 'error-summary');
  await look(page, 'kontakt-feil');
  await field(page, 'kontakt.melder.telefon').fill('22334455');
  await saved(page);
  await page.getByRole('button', { name: 'Neste', exact: true }).click();
  await page.waitForURL((url) => !url.pathname.endsWith('side/Kontakt'));
});

both('a fault told on the overview leads to its question, with the message at it and the way back', async (page, party) => {
  await startForm(page, party, form);
  await overview(page);
  for (const [number, words] of [/Velg|Svar/, /Fyll ut/].entries()) {
    const links = page.locator('#error-summary a', { hasText: words });
    if (!(await links.count())) continue;
    const link = links.nth(number ? (await links.count()) - 1 : 0);
    const told = await link.innerText();
    await link.click();
    await page.waitForURL(/fra=oversikt#/);
    await page.waitForTimeout(300);
    const seen = await page.evaluate(() => {
      const aim = document.getElementById(location.hash.slice(1));
      const within = (one) => { const { top, bottom } = one.getBoundingClientRect(); return top >= -1 && bottom <= innerHeight + 1; };
      const group = aim.matches('fieldset') ? aim : aim.closest('.field');
      return { question: within(group.querySelector('legend,label')), message: [...group.querySelectorAll('.ds-validation-message, .ds-alert')].map((one) => one.textContent) };
    });
    assert.ok(seen.question, `the question of «${told}» is in view`);
    assert.ok(seen.message.includes(told), `«${told}» stands at the field: ${seen.message}`);
    await look(page, `fra-oversikten-${number}`);
    await page.getByRole('button', { name: 'Tilbake til oversikten' }).click();
    await page.waitForURL(/\/oversikt$/);
  }
});

both('in two tabs the text of this one stays, and one chooses', async (page, party) => {
  await startForm(page, party, 'dat/veiledning');
  const other = await stage.window(page.context(), page.scripts);
  await other.goto(page.url());
  await field(page, 'sporsmal.emne').fill('Fra den ene fanen');
  await page.getByRole('button', { name: 'Neste', exact: true }).click();
  await page.waitForURL(/side\/Kontakt/);
  await field(other, 'sporsmal.emne').fill('Fra den andre fanen');
  await other.getByRole('button', { name: 'Neste', exact: true }).click();
  const choice = other.locator('.conflict');
  await choice.waitFor();
  forgive(other);
  assert.match(await choice.innerText(), /i en annen fane/);
  assert.match(await choice.innerText(), /Fra den ene fanen/);
  assert.equal(await field(other, 'sporsmal.emne').inputValue(), 'Fra den andre fanen');
  await look(other, 'to-faner');
  await other.getByRole('button', { name: /^Bruk den lagrede/ }).click();
  await choice.waitFor({ state: 'detached' });
  assert.equal(await field(other, 'sporsmal.emne').inputValue(), 'Fra den ene fanen');
  clean(other);
});

both('each «Kommer senere» says of which question', async (page, party) => {
  await startForm(page, party, form);
  await goTo(page, 'Hendelse');
  const names = await page.getByRole('checkbox', { name: /^Kommer senere/ }).evaluateAll((all) => all.map((one) => one.labels[0].textContent));
  assert.ok(names.length > 0);
  assert.equal(new Set(names).size, names.length, 'no two have one name');
  assert.ok(names.every((name) => /Kommer senere: ./.test(name)), names.join());
  await look(page, 'hendelse');
  await goTo(page, 'Tid');
  await look(page, 'tid');
});

test('who has no role is led to the business, and never to a form of her own', () => stage.act('uten rolle', async () => {
  for (const [scripts, width] of [[true, 390], [false, 1280]]) {
    const page = await stage.visitor({ scripts, width });
    await login(page, '03899146556');
    const party = await choose(page, 'Stille Elvebredd');
    await page.goto(`/a/${party}/skjema/${form}`);
    assert.match(await page.locator('main').innerText(), /Gjelder dette en virksomhet\?/);
    assert.match(await page.locator('main').innerText(), /Tilgangsstyring/);
    assert.equal(await page.locator('main form[action$="/start"]').count(), 0);
    await look(page, 'uten-rolle');
  }
  const manager = await stage.visitor();
  await login(manager, 'Modig Måltrost');
  await manager.goto('/profil');
  const own = (await manager.locator('.main-link').first().getAttribute('href')).split('/')[2];
  await manager.goto(`/a/${own}/skjema/${form}`);
  await manager.getByRole('link', { name: /Fjord og Fjell AS/ }).first().click();
  await manager.locator('main form[action$="/start"]').waitFor();
}));

test('the long title breaks where it is joined, on a telephone', () => stage.act('langt ord', async () => {
  for (const language of ['nb', 'nn', 'en']) {
    const page = await stage.visitor({ width: 390 });
    await page.goto(`/sprak/${language}?til=/skjema/${form}`);
    const lines = await page.locator('h1').evaluate((heading) => {
      const range = document.createRange();
      const words = heading.firstChild;
      const ends = [];
      let last = null;
      for (let i = 0; i < words.length; i += 1) {
        range.setStart(words, i);
        range.setEnd(words, i + 1);
        const box = [...range.getClientRects()].filter((one) => one.width).at(-1);  // the first may be the hyphen's, at the end of the line before
        if (!box) continue;
        if (last !== null && box.top > last + 4) ends.push(words.data[i] === '\u00ad' ? '\u00ad' : words.data[i - 1]);  // the hyphen's own box may stand on either line
        last = box.top;
      }
      return ends;
    });
    assert.ok(lines.every((end) => end === ' ' || end === '\u00ad'), `${language}: ${JSON.stringify(lines)}`);
    await look(page, `tittel-${language}`);
  }
}));
