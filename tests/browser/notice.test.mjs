// The first notice, the way most send it: on a telephone, at night, with the law's clock running. How many answers and screens it takes, what
// stays in view while one writes, and how the rest is found again. Figures are for review: before there was a short way it took 23 answers and 47 screens.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { openStage, login, look, clean, choose, startForm, saved, fieldsOn, fillPage, draftOf } from './person.mjs';

let stage;
before(async () => { stage = await openStage(); });
after(async () => { await stage?.close(); });
const act = (name, steps) => test(name, () => stage.act(name, steps));

const form = 'dat/avviksmelding';
const telephone = 844;  // pixels of a screen at a width of 390
const field = (page, name) => page.locator(`#form-page [name="${name}"]`);
const day = (offset) => new Date(Date.now() + offset * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Europe/Oslo' });
const answers = {
  'avslutning.gradert': 'nei', 'tid.kjennskap.date': day(-1), 'tid.kjennskap.time': '10:00', 'beskrivelse.hva': 'En e-post med lønnsopplysninger gikk til feil mottaker.',
  'beskrivelse.hovedaarsak': 'feil_mottaker', 'beroerte.relasjon': ['ansatte'], 'beroerte.antall': '120', 'tiltak.kort': 'Mottakeren er bedt om å slette e-posten.',
  'kontakt.melder.telefon': '22334455', 'virksomhet.rolle': 'behandlingsansvarlig', 'melding.resten': 'bekreftet', 'avslutning.erklaering': 'bekreftet',
};
const height = (page) => page.evaluate(() => document.documentElement.scrollHeight);
const next = async (page) => {
  await page.getByRole('button', { name: 'Neste', exact: true }).click();
  await page.waitForURL((url) => url.pathname.endsWith('/oversikt') || url.search.includes('melding=nye'));
};

/** The questions the page asks: those in view that nothing stands in yet, and that may not be left out for good. A date with its time is one. */
async function questions(page) {
  const open = (await fieldsOn(page)).filter((one) => !one.set.length && !one.optional);
  return [...new Set(open.map((one) => one.name.replace(/\.(date|time)$/, '')))];
}

/** Puts a file in on the overview. */
async function attach(page, name) {
  const kind = page.locator('select[name^="tag:"]');
  if (await kind.count()) await kind.selectOption({ index: 1 });
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(`Innholdet i ${name}`) });
  await page.getByRole('button', { name: /Last opp/ }).click();
  await page.locator('td', { hasText: name }).first().waitFor();
}

async function begin(page, way) {
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS');
  await startForm(page, party, form, way);
  return party;
}

for (const scripts of [true, false])
  act(`a first notice on a telephone asks at most ten questions and takes eight screens, ${scripts ? 'with' : 'without'} scripts`, async () => {
    const page = await stage.visitor({ width: 390, scripts });
    const party = await begin(page, 'kort');
    let screens = (await height(page)) / telephone;
    const asked = await questions(page);
    assert.ok(asked.includes('beroerte.relasjon') && !asked.includes('avslutning.merDato'), `${asked}`);
    assert.ok(asked.length <= 10, `${asked.length} questions: ${asked}`);
    await fillPage(page, answers, () => undefined);
    assert.deepEqual(await questions(page), [], 'and all of them are answered');
    await look(page, 'viktigste');
    for (let round = 0; round < 3 && !page.url().endsWith('/oversikt'); round += 1) {  // without scripts new questions show the page again
      await next(page);
      if (page.url().endsWith('/oversikt')) break;
      screens += (await height(page)) / telephone;
      await fillPage(page, answers, () => undefined);
    }
    screens += (await height(page)) / telephone;
    await look(page, 'viktigste-oversikt');
    assert.ok(screens <= 8, `${screens.toFixed(1)} screens`);
    await attach(page, 'skjermbilde.txt');
    await look(page, 'viktigste-vedlegg');
    await page.locator('form[action$="/send"] button').click();
    await page.waitForURL(/kvittering$/);
    const receipt = await page.locator('main').innerText();
    assert.match(receipt, /innen fristen/i);
    for (const words of ['Hva må jeg gjøre nå?', 'Vurder hvor stor risikoen er', 'Kan noen ha fortrolig adresse?', 'Send resten når dere vet det']) assert.ok(receipt.includes(words), words);
    assert.ok(receipt.includes('skjermbilde.txt'), 'the file is told of');

    // An addition: one page, then the overview.
    const id = draftOf(page);
    await page.goto(`/a/${party}/skjema/${form}`);
    assert.match(await page.locator('.start-lead').innerText(), /72 timer.*Send det dere vet/);
    await page.locator(`input[name=valg][value="${id}"]`).check();
    await page.locator('main form[action$="/start"] button').click();
    await page.waitForURL(/side\/Tillegg/);
    await fillPage(page, { 'tillegg.gradert': 'nei', 'melding.type': 'tillegg', 'tillegg.tekst': 'Mottakeren har slettet e-posten.', 'tillegg.erklaering': 'bekreftet' }, () => undefined);
    assert.ok(await field(page, 'beskrivelse.hvordan').count(), 'what was said to come later is asked for here');
    await look(page, 'tillegg');
    await page.locator('#form-more > summary').click();
    await page.locator('button[value="page:Hendelse"]').click();
    await page.waitForURL(/side\/Hendelse\?fra=start/);
    await look(page, 'rett-noe-annet');
    await page.getByRole('button', { name: 'Tilbake til «Tillegg»', exact: true }).click();
    await page.waitForURL(/side\/Tillegg$/);
    assert.equal(await field(page, 'tillegg.tekst').inputValue(), 'Mottakeren har slettet e-posten.');
    await next(page);
    await page.waitForURL(/oversikt$/);
    await attach(page, 'bekreftelse.txt');
    await page.locator('form[action$="/send"] button').click();
    await page.waitForURL(/kvittering$/);
    const added = await page.locator('main').innerText();
    assert.ok(added.includes('bekreftelse.txt') && added.includes('Hva må jeg gjøre nå?'));
    clean(page);
  });

const inView = (page, selector) => page.locator(selector).evaluateAll((all) => all.some((one) => {
  const { top, bottom, height: tall } = one.getBoundingClientRect();
  return tall > 0 && top >= 0 && bottom <= innerHeight;
}));

for (const [width, tall] of [[1280, 720], [390, telephone]])
  act(`the clock, the state of saving and the way on are in view while one writes at ${width} x ${tall}`, async () => {
    const page = await stage.visitor({ width, viewport: { width, height: tall } });
    await begin(page, 'kort');
    await field(page, 'tid.kjennskap.date').fill(day(-1));
    await field(page, 'tid.kjennskap.time').fill('10:00');
    await field(page, 'beskrivelse.hva').fill('Skrevet her.');
    await page.locator('#deadlines .deadline').waitFor();
    await saved(page);
    for (const name of ['avslutning.gradert', 'beskrivelse.hva', 'kontakt.melder.telefon']) {
      await field(page, name).first().focus();
      assert.ok(await inView(page, '.deadline time, .deadline-line time'), `the clock, at ${name}`);
      assert.ok(await inView(page, '#saved-state'), `the state of saving, at ${name}`);
      assert.ok(await inView(page, '.form-bar button[value=next]'), `Neste, at ${name}`);
    }
    // What has the focus is never covered by what stays in view (WCAG 2.4.11), forwards and back.
    for (const key of ['Tab', 'Shift+Tab']) {
      for (let count = 0; count < 60; count += 1) {
        await page.keyboard.press(key);
        const covered = await page.evaluate(() => {
          const one = document.activeElement;
          const bar = document.querySelector('.form-bar');
          if (!one || bar.contains(one) || !one.closest('main')) return '';
          const { top, bottom, left, right, height: own } = one.getBoundingClientRect();
          const { top: from, left: begins, right: ends } = bar.getBoundingClientRect();
          if (left >= ends || right <= begins) return '';  // it stands beside the bar
          return top < from + 1 && bottom > from + 1 && Math.min(from, bottom) - top < Math.min(own, 20) ? one.outerHTML.slice(0, 200) : '';
        });
        assert.equal(covered, '');
      }
    }
    clean(page);
  });

act('where the window is low nothing sticks', async () => {
  const page = await stage.visitor({ viewport: { width: 640, height: 360 } });
  await begin(page, 'kort');
  assert.equal(await page.locator('.form-bar').evaluate((bar) => getComputedStyle(bar).position), 'static');
  await look(page);
});

act('on a telephone the form begins high, one menu holds what made room, and the list of pages opens', async () => {
  const page = await stage.visitor({ width: 390 });
  await begin(page, 'alt');
  const top = await page.locator('h1').evaluate((one) => one.getBoundingClientRect().top + scrollY);
  assert.ok(top <= 300, `the heading stands ${Math.round(top)} pixels down`);
  assert.equal(await page.locator('.bar > .search, .languages, .main-menu').evaluateAll((all) => all.filter((one) => one.getClientRects().length).length), 0);
  await page.locator('.menu > summary').click();
  await page.locator('.menu-more a', { hasText: 'English' }).click();
  await page.waitForFunction(() => document.documentElement.lang === 'en');
  await page.locator('.steps-menu > summary').click();
  await look(page, 'sidene');
  await page.locator('.steps-menu a').last().click();
  await page.waitForURL(/oversikt$/);
  clean(page);
});

act('the skip link leads to the form, and its next stop is the first question', async () => {
  const page = await stage.visitor();
  await begin(page, 'kort');
  await page.keyboard.press('Tab');
  assert.match(await page.evaluate(() => document.activeElement.textContent), /skjemaet/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const stop = await page.evaluate(() => ({ name: document.activeElement.name ?? '', help: Boolean(document.activeElement.closest('.field-help')) }));
  assert.ok(stop.name === 'avslutning.gradert' || stop.help, JSON.stringify(stop));
});

act('saving is read aloud when it first works, not at each pause; what comes below is', async () => {
  const page = await stage.visitor();
  await begin(page, 'kort');
  await page.evaluate(() => {
    globalThis.said = [];
    new MutationObserver(() => { const words = document.getElementById('form-said').textContent; if (words) globalThis.said.push(words); })
      .observe(document.getElementById('form-said'), { childList: true, characterData: true, subtree: true });
  });
  for (const words of ['En', 'En e-post', 'En e-post gikk galt']) {
    await field(page, 'beskrivelse.hva').fill(words);
    await page.waitForTimeout(1200);
    await saved(page);
  }
  assert.deepEqual((await page.evaluate(() => globalThis.said)).map((one) => one.replace(/[\d:.]+$/, '').trim()), ['Lagret']);
  await field(page, 'virksomhet.rolle').selectOption('databehandler_paa_vegne');
  await field(page, 'tid.kjennskapAnsvarlig.date').waitFor();
  await page.waitForFunction(() => /nytt? spørsmål|nye spørsmål/.test(globalThis.said.at(-1)));
  clean(page);
});

act('the clock says the hour in which no reason is asked for once, and the way can be changed at any time', async () => {
  const page = await stage.visitor();
  await begin(page, 'kort');
  await field(page, 'tid.kjennskap.date').fill(day(-1));
  await field(page, 'tid.kjennskap.time').fill('10:20');
  await field(page, 'beskrivelse.hva').fill('Skal stå på begge veier.');
  await saved(page);
  await page.locator('#deadlines time').first().waitFor();
  assert.match(await page.locator('#deadlines').innerText(), /kl\. 10[:.]20[^]*Uten begrunnelse til kl\. 11[:.]00/);
  assert.equal((await page.locator('main').innerText()).match(/Uten begrunnelse/g).length, 1);
  await page.locator('#form-more > summary').click();
  await look(page, 'fyll-ut-mer');
  await page.getByRole('button', { name: /^Fyll ut alt \(om lag 20 minutter\)$/ }).click();
  await page.waitForURL(/side\/Melding/);
  await page.goto(page.url().replace(/side\/.*/, 'side/Hendelse'));
  assert.equal(await field(page, 'beskrivelse.hva').inputValue(), 'Skal stå på begge veier.');
  await page.getByRole('button', { name: /^Send det viktigste nå/ }).click();
  await page.waitForURL(/side\/Viktigste/);
  assert.equal(await field(page, 'beskrivelse.hva').inputValue(), 'Skal stå på begge veier.');
  clean(page);
});
