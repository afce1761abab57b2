// A form whose texts hold Markdown and HTML, as those of Altinn's services do: shown as markup everywhere, and an answer that looks like
// markup is words, on every page from the form's start to the agency's.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, top } from '../lib/server.mjs';
import { openStage, login, look, clean, choose, startForm, fillPage, next, draftOf } from './person.mjs';

const guidance = 'dat/veiledning';
const answer = '<script>alert(1)</script> **x** [a](https://evil.example) <b>y</b>';
const subject = [{ key: 'sporsmal.emne', dataSource: 'dataModel.default', defaultValue: 'noe' }];
// In the place of the small form's own.
const texts = {
  Sporsmal: { value: '**Spørsmålet** om<br/>{0}', variables: subject },
  'tekst.sporsmal-intro': { value: '<p>Les <strong>nøye</strong>: <a href="/hjelp" target="_blank">hjelp</a></p>\n<ul><li>ett</li><li>**to**</li></ul>' },
  'felt.sporsmal.tema': { value: 'Hva <em>gjelder</em> det?' },
  'kode.tema.annet': { value: '<em>Annet</em> enn **dette**' },
  'felt.sporsmal.emne': { value: '**Emne**<br/>i få ord' },
  'felt.sporsmal.emne.beskrivelse': { value: 'Noen <strong>få</strong> ord, <strong>uten slutt' },
  'felt.sporsmal.tekst': { value: 'Hva lurer du på om {0}? [Les mer](/hjelp)', variables: subject },
  'felt.sporsmal.funnet.hjelp': { value: 'Første linje<br/>andre **linje** om {0} <img src="x" alt="y">', variables: subject },
  'felt.vedlegg': { value: '<b>Vedlegg</b>' },
  'kode.svar.innboks': { value: 'Skriftlig, <em>her</em>' },
  'felt.kontakt.svar': { value: '1. Hvordan vil du ha <u>svar</u> om *{0}*?', variables: subject },
  'start.forhvem': { value: 'For **alle** som spør' },
  'start.klart.sporsmal': { value: 'Hva du <i>lurer</i> på' },
  'kvittering.svar': { value: 'Datatilsynet svarer <strong>snart</strong>.' },
};

let stage, services;
before(async () => {
  services = mkdtempSync(join(tmpdir(), 'alting-services-'));
  cpSync(join(top, 'services'), services, { recursive: true });
  for (const language of ['nb', 'nn', 'en']) {
    const file = join(services, guidance, `config/texts/resource.${language}.json`);
    const book = JSON.parse(readFileSync(file, 'utf8'));
    for (const one of book.resources) Object.assign(one, texts[one.id]);
    writeFileSync(file, JSON.stringify(book, null, 2));
  }
  const server = await Server.demo({ start: false });
  server.configure(`paths.services = "${services}"`);
  stage = await openStage({ server: await server.start() });
});
after(async () => {
  await stage?.close();
  if (services) rmSync(services, { recursive: true, force: true });
});

const main = (page) => page.locator('main');
/** No markup is shown as words but what no text may use, and nothing of the answer has become an element. */
async function honest(page) {
  const shown = (await main(page).innerText()).replaceAll(answer, '').replaceAll(answer.slice(0, 40), '').replaceAll('<img src="x" alt="y">', '');
  assert.doesNotMatch(shown, /\*\*|<\/?[a-z]|\]\(/i, page.url());
  assert.doesNotMatch((await page.title()).replaceAll(answer, ''), /\*\*|<|\]\(/, page.url());
  assert.equal(await main(page).locator('script, img, a[href*="evil"]').count(), 0, page.url());
  await look(page, `tekster-${new URL(page.url()).pathname.split('/').at(-1)}`);
}

for (const [scripts, width] of [[true, 390], [false, 1280]]) {
  test(`texts hold Markdown and HTML, and answers do not, ${scripts ? 'with' : 'without'} scripts`, () => stage.act(`tekster ${scripts}`, async () => {
    const page = await stage.visitor({ scripts, width });
    await page.goto(`/skjema/${guidance}`);
    assert.equal(await main(page).locator('.ingress strong').innerText(), 'alle');
    await honest(page);
    await page.goto('/skjema');
    await honest(page);

    await login(page, 'Modig Måltrost');
    const party = await choose(page, 'Fjord og Fjell AS');
    await startForm(page, party, guidance);
    await honest(page);
    assert.equal(await main(page).locator('h1 strong').innerText(), 'Spørsmålet');
    assert.equal(await main(page).locator('h1 br').count(), 1);
    assert.match(await page.title(), /^Spørsmålet om\s*noe/);
    assert.deepEqual(await main(page).locator('.prose li').allInnerTexts(), ['ett', 'to']);
    assert.equal(await main(page).getByRole('link', { name: 'hjelp', exact: true }).getAttribute('href'), '/hjelp');
    assert.equal(await page.locator('label[for="sporsmal-emne"] strong').innerText(), 'Emne');
    assert.equal(await page.locator('label[for="sporsmal-emne"] br').count(), 1);
    assert.equal(await page.locator('label[for="sporsmal-tekst"] a').getAttribute('href'), '/hjelp');
    assert.deepEqual(await page.locator('#sporsmal-emne-description strong').allInnerTexts(), ['få', 'uten slutt']);
    assert.ok((await page.locator('select[name="sporsmal.tema"] option').allInnerTexts()).includes('Annet enn dette'));
    assert.equal(await page.locator('fieldset legend b, fieldset legend strong').first().innerText(), 'Vedlegg');

    await fillPage(page, { 'sporsmal.tema': 'annet', 'sporsmal.emne': answer, 'sporsmal.tekst': answer, 'sporsmal.funnet': null });
    await next(page);
    await honest(page);
    assert.match(await page.locator('fieldset legend', { hasText: 'Hvordan' }).innerText(), /^1\. Hvordan/, 'a number is no list');
    assert.ok((await page.locator('fieldset legend em').allInnerTexts()).includes(answer), 'the answer is words within the emphasis');
    assert.equal(await page.locator('label em').first().innerText(), 'her');
    await page.goBack();
    await honest(page);
    assert.ok((await main(page).locator('h1').innerText()).includes(answer));
    await main(page).locator('details.field-help summary').first().click();
    assert.ok((await main(page).locator('details.field-help .prose').innerText()).includes(`om ${answer} <img src="x" alt="y">`));
    await next(page);
    await fillPage(page, { 'kontakt.navn': 'Modig Måltrost', 'kontakt.svar': 'innboks' });
    await next(page);
    // What is complete is folded.
    await main(page).locator('details').evaluateAll((all) => { for (const one of all) one.open = true; });
    await honest(page);
    assert.ok((await main(page).innerText()).includes(`Hva lurer du på om ${answer}? Les mer`));
    assert.ok((await main(page).innerText()).includes('Annet enn dette'));
    const draft = draftOf(page);
    await page.getByRole('button', { name: 'Send inn', exact: true }).click();
    await page.waitForURL(/\/sak\/.*kvittering/);
    await honest(page);
    assert.equal(await main(page).locator('li strong').first().innerText(), 'snart');
    await page.goto(`/a/${party}/sak/${draft}`);
    await honest(page);
    const pdf = await page.context().request.get(`/a/${party}/sak/${draft}/skjema.pdf`);
    const file = join(services, 'skjema.pdf');
    writeFileSync(file, await pdf.body());
    const written = execFileSync('pdftotext', ['-layout', file, '-']).toString().replace(/\s+/g, ' ');
    assert.match(written, /Annet enn dette/);
    assert.doesNotMatch(written, /\*\*Emne|<br|<em>|<strong>|\]\(\/hjelp/);
    await page.goto(`/a/${party}/innboks?mappe=sendt`);
    await honest(page);
    clean(page);

    const agency = await stage.visitor({ scripts, width });
    await login(agency, 'Klok Kattugle');
    await agency.goto('/etat/dat?skjema=veiledning');
    await honest(agency);
    assert.match(await main(agency).locator('thead').evaluate((head) => head.textContent), /Emne\s+i få ord/);
    assert.ok((await main(agency).innerText()).includes('Annet enn dette'));
    await agency.goto(`/etat/dat/sak/${party}/${draft}`);
    await honest(agency);
  }));
}
