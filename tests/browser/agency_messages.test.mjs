// What an agency writes, as its clerks write it: the message, the look before it is sent, how it fares with each recipient, the mail that says it
// waits, the answer; and where a person and a business are told of things. At three widths, with and without scripts.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Client, form } from '../lib/client.mjs';
import { numberOf } from '../lib/certificates.mjs';
import { letterOf } from '../lib/messages.mjs';
import { choose, clean, forgive, login, look, openStage } from './person.mjs';

let stage, manager, number, party;
const act = (name, steps) => test(name, () => stage.act(name, steps));
const main = (page) => page.locator('main').innerText();
const small = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
const faulty = (page) => page.locator('.ds-error-summary, [class*=error-summary]').first().waitFor();

before(async () => {
  stage = await openStage();
  manager = new Client(stage.origin);
  await manager.login('Modig Måltrost');
  party = await manager.chooseParty('Fjord og Fjell AS');
  number = await numberOf(manager, 'Fjord og Fjell AS');
});
after(async () => stage?.close());

/** Loads the page again until it says so: what is told comes a moment later. */
async function says(page, words) {
  for (let count = 0; count < 150; count += 1) {
    if (words.test(await main(page))) return;
    await page.waitForTimeout(100);
    await page.reload();
  }
  assert.match(await main(page), words);
}

/** Opens the newest of the demo's mail that has this in its row. */
async function mail(page, words) {
  await page.goto('/test/epost');
  await says(page, words);
  await page.locator('main tr', { hasText: words }).first().getByRole('link').click();
  await page.waitForURL(/\/test\/epost\/./);
}

act('another language takes along what is being written, and a file that is too large is told when it is chosen', async () => {
  const page = await stage.visitor();
  await login(page, 'Klok Kattugle', { to: '/etat/dat/meldinger/ny' });
  await page.locator('input[name=tittel]').fill('Halvskrevet');
  await page.locator('input[type=file][name=vedlegg]').setInputFiles([
    { name: 'stor.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(25 * 1024 * 1024 + 1) }, { name: 'krav.pdf', mimeType: 'application/pdf', buffer: small }]);
  await page.getByText('stor.pdf er større enn 25 MB').waitFor();
  await page.locator('.languages').getByRole('link', { name: 'English', exact: true }).click();
  await page.locator('html[lang=en]').waitFor();
  assert.equal(await page.locator('input[name=tittel]').inputValue(), 'Halvskrevet');
  assert.match(await main(page), /krav\.pdf/);
  clean(page);
});

for (const scripts of [true, false])
  act(`a clerk writes to a business, its manager is told by e-mail, opens it and answers, and the clerk sees when, ${scripts ? 'with' : 'without'} scripts`, async () => {
    const title = `Om internkontroll ${scripts ? 'med' : 'uten'} skript`;
    const page = await stage.visitor({ width: 390, scripts, beside: [820, 1280] });
    await login(page, 'Klok Kattugle', { to: '/etat/dat' });
    await page.getByRole('link', { name: 'Meldinger dere sender', exact: true }).click();
    await page.waitForURL(/\/etat\/dat\/meldinger$/);
    await look(page, 'etat-meldinger');
    await page.getByRole('link', { name: 'Skriv en melding', exact: true }).click();
    await page.waitForURL(/\/meldinger\/ny$/);
    await look(page, 'ny-melding');

    await page.locator('input[name=tittel]').fill(title);
    await page.locator('textarea[name=mottakere]').fill(`Navn;Nummer\nFjord;${number}\nFeil;12345`);
    await page.locator('textarea[name=tekst]').fill('Vi ber om **svar** innen fristen.');
    await page.locator('input[name=tjeneste][value="dat/brev"]').check();
    await page.locator('input[name=svar][value=message]').check();
    await page.locator('input[name=bekreft]').check();
    await page.locator('input[type=file][name=vedlegg]').setInputFiles({ name: 'krav.pdf', mimeType: 'application/pdf', buffer: small });
    await page.getByRole('button', { name: 'Se over før du sender', exact: true }).click();
    await faulty(page);
    forgive(page);
    assert.match(await main(page), /Linje 3: /);
    assert.match(await main(page), /krav\.pdf/, 'the file is kept');
    await look(page, 'ny-melding-feil');
    await page.locator('textarea[name=mottakere]').fill(number);
    await page.getByRole('button', { name: 'Se over før du sender', exact: true }).click();
    await page.getByText('Ingenting er sendt ennå.').waitFor();
    assert.match(await main(page), /Fjord og Fjell AS/);
    assert.match(await main(page), /Én mottaker kan varsles med e-post nå/);
    await look(page, 'ny-melding-over');
    await page.getByRole('button', { name: 'Endre', exact: true }).click();
    assert.equal(await page.locator('input[name=tittel]').inputValue(), title);
    await page.getByRole('button', { name: 'Se over før du sender', exact: true }).click();
    await page.getByRole('button', { name: 'Send til én mottaker', exact: true }).click();
    await page.waitForURL(/gjort=/);
    assert.match(await main(page), /0 av 1 har åpnet/);
    await look(page, 'melding-sendt');
    const batch = new URL(page.url()).pathname;
    await page.goto(batch);
    await says(page, /Overlevert/);
    assert.doesNotMatch(await main(page), /\S@\S/, 'no address');

    const reader = await stage.visitor({ width: 390, scripts, beside: [820, 1280] });
    await mail(reader, /Det venter en melding/);
    const left = await main(reader);
    assert.doesNotMatch(left.split('HTML')[0], /https?:\/\//, 'no link');
    assert.doesNotMatch(left, new RegExp(title), 'nothing of what it is about');
    await look(reader, 'epost-demo');
    const id = await letterOf(manager, party, title);
    const address = `/a/${party}/melding/${id}`;
    assert.equal((await manager.get(address)).status, 200);
    const answering = await manager.get(`${address}/svar`);
    await manager.submit(answering, form(answering.body, '/svar'), { tekst: 'Her er svaret vårt.' });

    await page.goto(batch);
    await says(page, /1 av 1 har åpnet/);
    assert.match(await main(page), /som Daglig leder|som Post|som Utfyller|som /, 'in what capacity');
    await page.locator('main table').getByRole('link', { name: 'Fjord og Fjell AS' }).click();
    await page.waitForURL(/\/mottaker\//);
    assert.match(await main(page), /Her er svaret vårt\./);
    await look(page, 'melding-mottaker');
    await page.getByRole('link', { name: 'Svar tilbake', exact: true }).click();
    await page.waitForURL(/\/ny\?svar=/);
    assert.match(await main(page), /Fjord og Fjell AS/);
    await look(page, 'melding-svar-tilbake');
    clean(page);
    clean(reader);
  });

for (const scripts of [true, false])
  act(`a business adds an address, proves it by the code, narrows it and takes it away, ${scripts ? 'with' : 'without'} scripts`, async () => {
    const address = `post-${scripts ? 'med' : 'uten'}@fjord.example`;
    const page = await stage.visitor({ width: 390, scripts, beside: [820, 1280] });
    await login(page, 'Modig Måltrost');
    assert.match(await main(page), /Hvem har slått opp kontaktinformasjonen din|Ingen har slått opp/);
    await look(page, 'profil-kontakt');
    await choose(page, 'Fjord og Fjell AS');
    await page.goto(`/a/${party}/varsling`);
    assert.match(await main(page), /varsel@/);
    await look(page, 'varsling');
    await page.getByLabel('E-postadresse', { exact: true }).fill('ikke en adresse');
    await page.getByRole('button', { name: 'Legg til adressen', exact: true }).click();
    await faulty(page);
    forgive(page);
    await look(page, 'varsling-feil');
    await page.getByLabel('E-postadresse', { exact: true }).fill(address);
    await page.getByRole('button', { name: 'Legg til adressen', exact: true }).click();
    await page.waitForURL(/gjort=/);
    assert.match(await main(page), /Ikke bekreftet: brukes ikke/);
    await look(page, 'varsling-ny');

    const reader = await stage.visitor({ scripts });
    await mail(reader, new RegExp(address));
    const code = /\b\d{6}\b/.exec(await reader.locator('main pre').first().innerText())[0];
    await page.getByLabel(/^Kode/).fill(code);
    await page.getByRole('button', { name: 'Bekreft', exact: true }).click();
    await page.waitForURL(/gjort=/);
    assert.match(await main(page), /Adressen er bekreftet/);
    await look(page, 'varsling-bekreftet');

    const card = page.locator('[id^=adresse-]', { hasText: address });
    await card.getByText('Velg tjenester', { exact: true }).click();
    await card.locator('input[name=tjeneste][value="dat/brev"]').check();
    await look(page, 'varsling-tjenester');
    await card.getByRole('button', { name: 'Lagre valget', exact: true }).click();
    await page.waitForURL(/gjort=/);
    assert.match(await main(page), /Tjenestene er lagret/);
    await page.locator('[id^=adresse-]', { hasText: address }).locator('summary', { hasText: /^Fjern/ }).click();
    await look(page, 'varsling-fjern');
    await page.getByRole('button', { name: 'Ja, fjern adressen', exact: true }).locator('visible=true').click();
    await page.waitForURL(/gjort=/);
    assert.doesNotMatch(await main(page), new RegExp(address));
    clean(page);
  });

for (const scripts of [true, false])
  act(`a clerk adds their own address, proves it, and is mailed when a form comes in, ${scripts ? 'with' : 'without'} scripts`, async () => {
    const address = `kattugle-${scripts ? 'med' : 'uten'}@dat.example`;
    const page = await stage.visitor({ width: 390, scripts, beside: [820, 1280] });
    await login(page, 'Klok Kattugle', { to: '/etat/dat' });
    await page.getByRole('link', { name: 'Hvor jeg får beskjed når noe kommer inn', exact: true }).click();
    await page.waitForURL(/\/etat\/dat\/varsling$/);
    await page.getByLabel('E-postadresse', { exact: true }).fill(address);
    await look(page, 'etat-varsling');
    await page.getByRole('button', { name: 'Legg til adressen', exact: true }).click();
    await page.waitForURL(/gjort=/);
    const reader = await stage.visitor({ scripts });
    await mail(reader, new RegExp(address));
    const code = /\b\d{6}\b/.exec(await reader.locator('main pre').first().innerText())[0];
    await page.getByLabel(/^Kode/).fill(code);
    await page.getByRole('button', { name: 'Bekreft', exact: true }).click();
    await page.waitForURL(/gjort=/);
    assert.match(await main(page), /Adressen er bekreftet/);
    await look(page, 'etat-varsling-bekreftet');

    const { id, page: first } = await manager.start(party, 'dat/veiledning');
    const values = { 'sporsmal.tema': 'annet', 'sporsmal.emne': 'Om varsling', 'sporsmal.tekst': 'Hva gjelder?', 'kontakt.navn': 'Modig', 'kontakt.svar': 'innboks', 'mer.tekst': 'Nei.' };
    let filled = first;
    for (let count = 0; !/\/oversikt$/.test(filled.path.split('?')[0]) && count < 9; count += 1) filled = await manager.fill(filled, values);
    await manager.send(party, id);
    await reader.goto('/test/epost');
    for (let count = 0; count < 150 && await reader.locator('main tr', { hasText: address }).count() < 2; count += 1) {
      await reader.waitForTimeout(100);
      await reader.reload();
    }
    await reader.locator('main tr', { hasText: address }).first().getByRole('link').click();
    await reader.waitForURL(/\/test\/epost\/./);
    assert.match(await main(reader), /Det er sendt inn noe i tjenesten/);
    clean(page);
    clean(reader);
  });
