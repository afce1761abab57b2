// The whole path, its pages at three widths, and once with scripts off: from the deep link to a receipt that anyone can verify, an addition the next
// day, what the agency sees, what the sender sees of that, and rights given and taken back. Every page passes axe.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStage, login, look, clean, forgive, choose, startForm, fillPage, unfold, fillGuidance, next, saved, partyOf, draftOf } from './person.mjs';
import { alting, long } from '../lib/server.mjs';

const form = 'dat/avviksmelding';
const day = (offset) => new Date(Date.now() + offset * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Europe/Oslo' });

// What is answered; the rest gets what `otherwise` says. Dates leave the deadline in the future.
const answers = (word) => ({
  'avslutning.gradert': 'nei', 'melding.type': 'ny_trinnvis', 'virksomhet.rolle': 'behandlingsansvarlig', 'virksomhet.internRef': word,
  'kontakt.type': 'kontaktperson', 'tid.startet.date': day(-3), 'tid.paagaar': 'nei', 'tid.sluttet.date': day(-2), 'tid.oppdaget.date': day(-1), 'tid.oppdaget.time': '09:00',
  'tid.kjennskap.date': day(-1), 'tid.kjennskap.time': '10:00', 'tid.kjennskapSamtidig': 'nei', 'beskrivelse.hovedaarsak': 'feil_mottaker',
  'beskrivelse.hva': `${word}: en e-post med lønnsopplysninger gikk til feil mottaker.`, 'beskrivelse.hvordan': null, 'beskrivelse.cyber': 'nei',
  'beroerte.antallForm': 'eksakt', 'beroerte.antall': '120', 'konsekvenser.enisa.bruk': 'nei', 'konsekvenser.risiko': 'risiko', 'konsekvenser.begrunn': null,
  'informasjon.status': 'ja_alle', 'informasjon.innholdForm': 'vedlagt', 'grense.grenseoverskridende': 'nei', 'avslutning.unntak': 'nei', 'avslutning.mer': 'ja', 'avslutning.merDato': day(14), 'avslutning.erklaering': 'bekreftet',
});
const laterOnes = ['beskrivelse.hvordan', 'konsekvenser.begrunn'];

function otherwise(field) {
  if (field.type === 'radio' || field.type === 'select') return field.values[0];
  if (field.type === 'checkbox') return field.values.slice(0, 2);
  if (field.type === 'date') return day(-1);
  if (field.type === 'time') return '12:00';
  if (/epost/i.test(field.name)) return 'maltrost@fjordogfjell.example';
  if (/telefon/i.test(field.name)) return '22334455';
  if (/antall|poster/i.test(field.name)) return '120';
  if (field.type === 'textarea') return 'Dette vet vi så langt.';
  return field.required ? 'Daglig leder' : undefined;
}

let stage, folder;
before(async () => {
  stage = await openStage();
  folder = mkdtempSync(join(tmpdir(), 'alting-browser-'));
});
after(async () => {
  await stage?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

async function download(page, name, as) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).first().click()]);
  const path = join(folder, as);
  await file.saveAs(path);
  return path;
}

// Goes through the pages of a draft to the overview. `eye` looks at each.
async function throughPages(page, values, eye, more = async () => {}) {
  for (let count = 0; !/\/oversikt/.test(page.url()); count += 1) {
    assert.ok(count < 60, 'the form ends');
    const at = /\/side\/([^?#/]+)/.exec(page.url())[1];
    await fillPage(page, values, otherwise);
    await unfold(page);
    for (const path of laterOnes) {
      const box = page.locator(`input[type=checkbox][name="later:${path}"]`);
      if (await box.count()) await box.check();
    }
    await saved(page);
    await unfold(page);
    await more(at);
    await eye(at);
    await page.getByRole('button', { name: 'Neste', exact: true }).click();
    // The same page again when answers brought new questions (scripts off): then there is more to answer.
    await page.waitForURL((url) => !url.pathname.endsWith(`/side/${at}`) || url.search.includes('melding=nye'));
  }
}

async function upload(page, name, text) {
  const tag = page.locator('select[name^="tag:"]');
  if (await tag.count()) await tag.selectOption({ index: 1 });
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  await page.getByRole('button', { name: /Last opp/ }).click();
  await page.getByRole('cell', { name, exact: true }).or(page.locator('td', { hasText: name })).first().waitFor();
}

// On the telephone each page that is looked at is looked at as wide as the others too; with --long they are walked by hand as well.
const widths = long ? [{ width: 390, scripts: true }, { width: 820, scripts: true }, { width: 1280, scripts: true }] : [{ width: 390, scripts: true, beside: [820, 1280] }];
for (const run of [...widths, { width: 1280, scripts: false }]) {
  const words = `${run.width} pixels, scripts ${run.scripts ? 'on' : 'off'}`;
  const word = `Prøve${run.width}${run.scripts ? 'med' : 'uten'}`;
  describe(`the whole path at ${words}`, () => {
    const eyeOf = (page) => (name) => look(page, `${run.scripts ? '' : 'uten-'}${name}`);
    const act = (name, steps) => test(name, () => stage.act(`${name} ${words}`, steps));
    const kept = {};

    act('a breach notification, from the deep link to a receipt that is verified', async () => {
      const page = await stage.visitor(run);
      const eye = eyeOf(page);
      await page.goto('/');
      await eye('forside');
      await page.goto(`/skjema/${form}`);
      await eye('tjeneste');
      await page.getByRole('link', { name: /^Logg inn/ }).last().click();
      await eye('logg-inn');
      await page.locator('main').getByRole('link', { name: /^BankID/ }).first().click();
      await login(page, 'Modig Måltrost', { to: '' });
      await eye('aktor');
      await page.locator('main .item-link', { hasText: 'Fjord og Fjell AS' }).first().click();
      await page.waitForURL(/\/a\/[^/]+\/skjema\//);
      kept.party = partyOf(page);
      await eye('start');
      await startForm(page, kept.party, form);
      kept.id = draftOf(page);
      const attachment = `Logg fra e-postserveren for ${word}`;
      await throughPages(page, answers(word), eye, async (at) => {
        if (at === 'Vedlegg' && !(await page.getByText('logg fra serveren.txt').count())) await upload(page, 'logg fra serveren.txt', attachment);
        if (at === 'Tid' && run.scripts) assert.match(await page.locator('#deadlines').innerText(), /om \d+ (time|dag|minutt)/);
      });
      assert.doesNotMatch(await page.locator('main').innerText(), /må fylles ut eller rettes/i);
      assert.ok((await page.locator('main').innerText()).includes('logg fra serveren.txt'));
      await eye('oversikt');
      await page.locator('form[action$="/send"] button').click();
      await page.waitForURL(/kvittering$/);
      await eye('kvittering');
      const told = await page.locator('main').innerText();
      assert.match(told, /innen fristen/i);
      assert.match(told, /Datatilsynet/);
      assert.match(told, /Fjord og Fjell AS/);
      kept.reference = await page.locator('main dd strong').first().innerText();

      await page.locator('main details > summary', { hasText: 'Teknisk bevis' }).click();
      const receipt = await download(page, /kvittering.*JSON|JSON.*kvittering/i, `${word}.json`);
      const paper = readFileSync(await download(page, /kvittering.*PDF|PDF.*kvittering/i, `${word}.pdf`));
      assert.equal(paper.subarray(0, 5).toString(), '%PDF-');
      const base = page.url().replace(/\/kvittering$/, '');
      const documentFile = join(folder, `${word}-skjema.json`);
      writeFileSync(documentFile, await (await page.context().request.get(`${base}/skjema.json`)).body());
      const attachmentFile = await download(page, /logg fra serveren/, `${word}.txt`);
      assert.equal(readFileSync(attachmentFile, 'utf8'), attachment);
      const key = join(folder, 'log.vkey');
      writeFileSync(key, await (await page.context().request.get('/log/vkey')).body());
      const trusted = alting(['verify', receipt, documentFile, attachmentFile, '--key', key]);
      assert.equal(trusted.status, 0, trusted.out);
      assert.equal(alting(['verify', receipt, documentFile]).status, 2, 'without a key the signer is unknown');

      const anyone = await stage.visitor(run);
      await anyone.goto('/kvittering');
      await eyeOf(anyone)('kontroller');
      await anyone.locator('input[name=kvittering]').setInputFiles(receipt);
      await anyone.locator('input[name=dokument]').setInputFiles([documentFile, attachmentFile]);
      await anyone.locator('main form button[type=submit]').click();
      await anyone.locator('main table').waitFor();
      await eyeOf(anyone)('kontrollert');
      const verdict = anyone.locator('main .ds-alert').first();
      assert.match(await verdict.innerText(), /^\s*Fra en testlogg, der ingenting gjelder\.\s+Kvitteringen er ekte/);
      assert.equal(await verdict.getAttribute('data-color'), 'warning', 'what a test log proves is no reason to act');
      assert.doesNotMatch(await anyone.locator('main table').innerText(), /Motbevist|Stemmer ikke/i);
      clean(page);
      clean(anyone);
    });

    act('an addition the next day, as the service asks for it', async () => {
      const page = await stage.visitor(run);
      const eye = eyeOf(page);
      await login(page, 'Modig Måltrost');
      await page.goto(`/a/${kept.party}/skjema/${form}`);
      await eye('tidligere');
      assert.ok((await page.locator('main').innerText()).includes(
        'Det er sendt inn en melding om avvik for denne avgiveren tidligere. Er dette en ny avviksmelding eller et tillegg til en tidligere innsendt melding?'));
      await page.locator('main form[action$="/start"] button').click();
      await page.locator('.ds-validation-message, .ds-alert').first().waitFor();
      forgive(page);
      await eye('tidligere-feil');
      await page.locator(`input[name=valg][value="${kept.id}"]`).check();
      await page.locator('main form[action$="/start"] button').click();
      await page.waitForURL(/\/utkast\//);
      kept.addition = draftOf(page);
      await eye('tillegg-forste');
      let uploaded = false;
      await throughPages(page, { 'tillegg.gradert': 'nei', 'melding.type': 'tillegg', 'tillegg.tekst': `Tillegg til ${word}: mottakeren har slettet e-posten.`,
                                 'beskrivelse.hvordan': `Adressen ble valgt feil i ${word}.`, 'konsekvenser.begrunn': null }, eye, async (at) => {
        const box = page.locator('input[type=checkbox][name="later:beskrivelse.hvordan"]:checked');
        if (await box.count()) { await box.uncheck(); await saved(page); }
        const text = page.locator('[name="beskrivelse.hvordan"]:visible');
        if (await text.count() && !(await text.inputValue())) { await text.fill(`Adressen ble valgt feil i ${word}.`); await page.locator('h1').click(); await saved(page); }
        if (!uploaded && await page.locator('input[type=file]').count()) { await upload(page, 'bekreftelse.txt', 'Slettet.'); uploaded = true; }
      });
      assert.ok(uploaded, 'attachments can be added');
      await eye('tillegg-oversikt');
      await page.locator('form[action$="/send"] button').click();
      await page.waitForURL(/kvittering$/);
      await eye('tillegg-kvittering');
      assert.match(await page.locator('h1').innerText(), /tillegg/i);

      for (const id of [kept.id, kept.addition]) {
        await page.goto(`/a/${kept.party}/sak/${id}`);
        const line = await page.locator('.timeline').innerText();
        assert.ok(line.includes(kept.reference) && line.includes('mottakeren har slettet e-posten'), 'both show the whole timeline');
        assert.match(line, /Hvordan oppstod avviket\?/, 'what was changed');
        assert.match(line, /Inneholder tillegget gradert informasjon\?/, 'what the addition says of itself, in words');
        assert.doesNotMatch(line, /^tillegg\b/m, 'no codes');
        await eye('sak');
      }
      // The next addition begins with questions not answered: nobody's declaration is made for them.
      await page.goto(`/a/${kept.party}/skjema/${form}`);
      await page.locator(`input[name=valg][value="${kept.id}"]`).check();
      await page.locator('main form[action$="/start"] button').click();
      await page.waitForURL(/\/utkast\//);
      assert.equal(await page.locator('#form-page [name^="tillegg."]:checked').count(), 0);
      await page.getByRole('button', { name: 'Neste', exact: true }).click();
      await page.waitForURL(/\/oversikt$/);
      assert.equal(await page.locator('#deadlines .deadline').count(), 0, 'no clock runs for what was sent in time');
      await page.goto(`/a/${kept.party}/innboks?mappe=sendt`);
      await eye('sendt');
      assert.ok((await page.locator('#inbox-list').innerText()).includes(word));
    });

    act('the agency sees what was sent, with its deadline, and nothing of a draft; the sender sees who read', async () => {
      const sender = await stage.visitor(run);
      await login(sender, 'Modig Måltrost');
      await startForm(sender, kept.party, form);
      const draft = draftOf(sender);
      await fillPage(sender, { ...answers(`Hemmelig${word}`) }, () => undefined);
      await sender.goto(`/a/${kept.party}/utkast/${draft}/side/Hendelse`);
      await fillPage(sender, { 'beskrivelse.hva': `Hemmelig${word} i et utkast` }, () => undefined);
      await saved(sender);
      await sender.goto(`/a/${kept.party}/innboks`);
      await eyeOf(sender)('innboks');

      const page = await stage.visitor(run);
      const eye = eyeOf(page);
      await login(page, 'Klok Kattugle');
      await page.goto('/etat/dat?sorter=mottatt');
      await eye('etat');
      const list = await page.locator('main').innerText();
      assert.ok(list.includes(kept.reference) && !list.includes(`Hemmelig${word}`));
      assert.match(list, /innen fristen|om \d+/i);
      await page.goto(`/etat/dat/sak/${kept.party}/${kept.id}`);
      await eye('etat-sak');
      const matter = await page.locator('main').innerText();
      assert.ok(matter.includes(word) && matter.includes('mottakeren har slettet e-posten') && matter.includes(`Adressen ble valgt feil i ${word}.`));
      assert.equal(readFileSync(await download(page, /logg fra serveren/, `etat-${word}.txt`), 'utf8'), `Logg fra e-postserveren for ${word}`);
      await download(page, /bekreftelse/, `etat-${word}-2.txt`);

      for (const path of [`/etat/dat/sak/${kept.party}/${draft}`, `/etat/dat/sak/${kept.party}/${draft}/skjema.json`, `/etat/dat/sak/${kept.party}/${draft}/vedlegg/${kept.id}`,
                          `/a/${kept.party}/utkast/${draft}`, `/a/${kept.party}/utkast/${draft}/oversikt`, `/a/${kept.party}/utkast/${draft}/side/Hendelse`, `/a/${kept.party}/sak/${draft}`,
                          `/a/${kept.party}/innboks`]) {
        const answer = await page.context().request.get(path);
        assert.ok([403, 404].includes(answer.status()), `${path} answers ${answer.status()}`);
        assert.ok(!(await answer.text()).includes(`Hemmelig${word}`));
      }
      assert.ok(!(await (await page.context().request.get(`/etat/dat?q=Hemmelig${word}`)).text()).includes(`Hemmelig${word} i`));

      await sender.goto(`/a/${kept.party}/aktivitet?type=agency.read`);
      await eyeOf(sender)('aktivitet');
      const log = await sender.locator('main').innerText();
      assert.ok((log.match(/Ansatt hos Datatilsynet/g) ?? []).length >= 3, 'opening the matter and reading two attachments are three readings');
      assert.doesNotMatch(log, /Kattugle/, 'the agency is named, and not its staff');
      await sender.goto(`/a/${kept.party}/aktivitet?q=Kattugle`);
      assert.doesNotMatch(await sender.locator('main').innerText(), /Datatilsynet/, 'nor are they found by their names');
      clean(page);
      clean(sender);
    });

    act('rights are given and work at once, are taken back at once, and both sides see it', async () => {
      const manager = await stage.visitor(run);
      const friend = await stage.visitor(run);
      const eye = eyeOf(manager);
      await login(manager, 'Modig Måltrost');
      kept.party = await choose(manager, 'Fjord og Fjell AS');
      await login(friend, '03899146556');
      const mayStart = async () => {
        const answer = await friend.goto(`/a/${kept.party}/skjema/${form}`);
        forgive(friend);
        return answer.status() === 200 && (await friend.locator('main form[action$="/start"]').count()) === 1;
      };
      assert.equal(await mayStart(), false);
      const friendsParty = await choose(friend, 'Stille Elvebredd');
      for (const [choice, words] of [[/^rolle:/, /Utfyller/i], [/^skjema:dat\/avviksmelding/, /Bare|skjema/i]]) {
        await manager.goto(`/a/${kept.party}/tilgang`);
        await eye('tilgang');
        await manager.locator('input[name=fnr]').fill('03899146556');
        await manager.locator('input[name=etternavn]').fill('Elvebredd');
        const options = manager.locator('input[name=hva]');
        const labels = await options.evaluateAll((all) => all.map((one) => [one.value, one.labels[0].textContent]));
        const [value] = labels.find(([given, label]) => choice.test(given) && words.test(label));
        await manager.locator(`input[name=hva][value="${value}"]`).check();
        await manager.locator('form[action$="/tilgang/gi"] button[type=submit]').click();
        await eye('tilgang-bekreft');
        await manager.locator('button[name=bekreft][value=ja]').click();
        await manager.waitForURL(/gjort=/);
        await eye('tilgang-gitt');
        assert.ok((await manager.locator('main').innerText()).includes('Stille Elvebredd'));
        assert.equal(await mayStart(), true, 'it works in the next request');
        await friend.goto(`/a/${friendsParty}/tilgang`);
        await eyeOf(friend)('tilgang-fatt');
        assert.ok((await friend.locator('main').innerText()).includes('Fjord og Fjell AS'));
        const given = manager.url();
        const asked = manager.locator('details', { has: manager.locator('form[action$="/trekk"]') }).first();
        await asked.locator('summary').click();
        await eye('tilgang-trekk');
        await asked.locator('button[type=submit]').click();
        await manager.waitForURL((url) => url.search.includes('gjort=') && url.href !== given);
        assert.equal(await mayStart(), false, 'taken back, it does not work in the next request');
        await friend.goto(`/a/${friendsParty}/tilgang`);
        assert.ok(!(await friend.locator('main').innerText()).includes('Fjord og Fjell AS'));
      }
      await friend.goto(`/a/${friendsParty}/aktivitet`);
      const told = await friend.locator('main').innerText();
      assert.match(told, /Tilgang gitt/, 'who got it sees it too');
      assert.match(told, /Tilgang trukket tilbake/);
      assert.ok(told.includes('Fjord og Fjell AS'), 'and for whom');
      await manager.goto(`/a/${kept.party}/aktivitet?q=Elvebredd`);
      await manager.goto(`/a/${kept.party}/aktivitet`);
      assert.match(await manager.locator('main').innerText(), /tilgang|fullmakt/i);
      await friend.goto('/aktivitet');
      await eyeOf(friend)('min-aktivitet');
      clean(manager);
      clean(friend);
    });
  });
}

test('a late notice says why; its addition asks nothing of that again, and the agency sees which was late', () => stage.act('late', async () => {
  const late = { ...answers('Forsinket'), 'melding.type': 'ny_trinnvis', 'tid.startet.date': day(-9), 'tid.sluttet.date': day(-8), 'tid.oppdaget.date': day(-7), 'tid.kjennskap.date': day(-7) };
  const eye = (page) => (name) => look(page, `sen-${name}`);
  const page = await stage.visitor();
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS');
  await startForm(page, party, form);
  const id = draftOf(page);
  let asked = false;
  await throughPages(page, late, eye(page), async (at) => {
    if (at === 'Tid') asked = (await page.locator('[name="tid.forsinkelse"]:checked').count()) > 0 && (await page.locator('[name="tid.forsinkelseTekst"]').inputValue()) !== '';
  });
  assert.ok(asked, 'why it is late is asked for, and answered');
  await eye(page)('oversikt');
  await page.locator('form[action$="/send"] button').click();
  await page.waitForURL(/kvittering$/);
  await eye(page)('kvittering');
  assert.match(await page.locator('main').innerText(), /etter fristen/i);

  await page.goto(`/a/${party}/skjema/${form}`);
  await page.locator(`input[name=valg][value="${id}"]`).check();
  await page.locator('main form[action$="/start"] button').click();
  await page.waitForURL(/\/utkast\//);
  await throughPages(page, { 'tillegg.gradert': 'nei', 'melding.type': 'tillegg', 'tillegg.tekst': 'Mer om det som kom for sent.', 'beskrivelse.hvordan': null, 'konsekvenser.begrunn': null },
                     eye(page), async () => {
                       assert.equal(await page.locator('[name^="tid.forsinkelse"]:visible').count(), 0, 'the delay is explained already');
                     });
  const addition = draftOf(page);
  await eye(page)('tillegg-oversikt');
  await page.locator('form[action$="/send"] button').click();
  await page.waitForURL(/kvittering$/);
  await page.goto(`/a/${party}/sak/${id}`);
  await eye(page)('sak');
  const document = async (of) => (await page.context().request.get(`/a/${party}/sak/${of}/skjema.json`)).json();
  assert.ok((await document(id)).data.tid.forsinkelseTekst);
  assert.deepEqual((await document(addition)).changes.map((one) => one.path).filter((path) => path.startsWith('tid.')), [], 'nothing of the times is taken for changed');

  const agency = await stage.visitor();
  await login(agency, 'Klok Kattugle');
  await agency.goto(`/etat/dat/sak/${party}/${id}`);
  await eye(agency)('etat-sak');
  const told = await agency.locator('main').innerText();
  assert.match(told, /etter fristen/i);
  assert.ok(told.includes('Dette vet vi så langt.') && told.includes('Mer om det som kom for sent.'), 'the reason still stands beside the addition');
  clean(page);
  clean(agency);
}));
