// What an agency writes, as who gets it reads it: the inbox of one party and of all, the message, the confirmation, the answer, the copy, the
// archive and the deletion, at three widths, and once with scripts off.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Client } from '../lib/client.mjs';
import { numberOf } from '../lib/certificates.mjs';
import { letterOf, sendLetter } from '../lib/messages.mjs';
import { choose, clean, look, login, openStage } from './person.mjs';

let stage, clerk, manager, number, party;
const act = (name, steps) => test(name, () => stage.act(name, steps));
const main = (page) => page.locator('main').innerText();
const small = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

before(async () => {
  stage = await openStage();
  clerk = new Client(stage.origin);
  await clerk.login('Grundig Grevling');
  manager = new Client(stage.origin);
  await manager.login('Modig Måltrost');
  party = await manager.chooseParty('Fjord og Fjell AS');
  number = await numberOf(manager, 'Fjord og Fjell AS');
});
after(async () => stage?.close());

async function letter(title, more = {}) {
  await sendLetter(clerk, { to: [number], title, text: 'Vi ber om **svar** innen fristen.\n\n- et punkt\n- og et til', ...more });
  return letterOf(manager, party, title);
}
const row = (page, title) => page.locator('li.item', { hasText: title });

async function readAndAnswer(page, title, id) {
  await choose(page, 'Fjord og Fjell AS');
  await page.locator('main').getByRole('link', { name: /^Mottatt/ }).click();
  await page.waitForURL(/mappe=mottatt/);
  assert.match(await row(page, title).getAttribute('class'), /item-unread/);
  assert.match(await row(page, title).innerText(), /Bekreft at du har lest/);
  await look(page, 'mottatt');
  await row(page, title).getByRole('link').click();
  await page.waitForURL(new RegExp(`/melding/${id}$`));
  assert.match(await page.locator('h1').innerText(), new RegExp(title));
  assert.match(await main(page), /Åpnet første gang/);
  await look(page, 'melding');

  await page.getByRole('button', { name: 'Bekreft at du har lest', exact: true }).click();
  await page.waitForURL(/gjort=/);
  assert.match(await main(page), /Det er bekreftet at meldingen er lest/);

  await page.getByRole('link', { name: 'Skriv svar', exact: true }).click();
  await page.waitForURL(/\/svar$/);
  await look(page, 'melding-svar');
  await page.getByRole('button', { name: 'Send svaret', exact: true }).click();
  await page.locator('.ds-error-summary, [class*=error-summary]').first().waitFor();
  page.faults = page.faults.filter((fault) => !/422/.test(fault));
  await page.getByLabel('Svaret ditt').fill('Her er svaret vårt.');
  await page.locator('input[type=file][name=vedlegg]').setInputFiles({ name: 'svar.pdf', mimeType: 'application/pdf', buffer: small });
  await page.getByRole('button', { name: 'Send svaret', exact: true }).click();
  await page.waitForURL(/gjort=/);
  const words = await main(page);
  assert.match(words, /Svaret er sendt/);
  assert.match(words, /Her er svaret vårt\./);
  assert.match(words, /svar\.pdf/);
  await look(page, 'melding-besvart');
}

for (const width of [1280, 768, 390]) {
  act(`a letter is found, opened, confirmed and answered at ${width} pixels`, async () => {
    const title = `Brev ved ${width}`;
    const id = await letter(title, { reply: 'message', confirm: true, files: [{ name: 'vedlegg.pdf', type: 'application/pdf', data: small }] });
    const page = await stage.visitor({ width });
    await login(page, 'Modig Måltrost');
    await readAndAnswer(page, title, id);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'vedlegg.pdf' }).click()]);
    assert.deepEqual(readFileSync(await file.path()), small);
    await page.goto(`/a/${party}/innboks?mappe=mottatt`);
    assert.doesNotMatch(await row(page, title).getAttribute('class'), /item-unread/);
    assert.match(await row(page, title).innerText(), /Besvart/);
    clean(page);
  });
}

act('the same goes without scripts', async () => {
  const id = await letter('Uten skript', { reply: 'message', confirm: true });
  const page = await stage.visitor({ scripts: false });
  await login(page, 'Modig Måltrost');
  await readAndAnswer(page, 'Uten skript', id);
});

act('letters are narrowed down, copied, archived and deleted together, in the inbox of all as in that of one', async () => {
  for (const title of ['Første av to', 'Andre av to']) await letter(title);
  const own = await (async () => {
    const found = /\/a\/([0-9a-f-]{36})\//.exec((await new Client(stage.origin).login('Modig Måltrost')).body)[1];
    await sendLetter(clerk, { to: [(await new Client(stage.origin).people()).find((one) => one.name.startsWith('Modig Måltrost')).number], title: 'Bare til deg', text: 'Privat.' });
    await letterOf(manager, found, 'Bare til deg');
    return found;
  })();
  const page = await stage.visitor({ beside: [768, 390] });
  await login(page, 'Modig Måltrost');
  await page.goto('/innboks?mappe=mottatt');
  assert.match(await row(page, 'Første av to').innerText(), /Fjord og Fjell AS/);
  assert.equal(await row(page, 'Bare til deg').count(), 1);
  await look(page, 'innboks-alle');

  await page.getByText('Avgrens listen', { exact: true }).click();
  await page.getByLabel('Status').selectOption('ulest');
  await page.getByRole('button', { name: 'Vis', exact: true }).click();
  await page.waitForURL(/status=ulest/);
  assert.equal(await row(page, 'Andre av to').count(), 1);
  await look(page, 'innboks-avgrenset');

  for (const title of ['Første av to', 'Andre av to', 'Bare til deg']) await row(page, title).locator('input[type=checkbox]').check();
  const [copy] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Last ned kopi av valgte', exact: true }).click()]);
  assert.match(copy.suggestedFilename(), /^alting-\d{4}-\d\d-\d\d\.zip$/);
  const octets = readFileSync(await copy.path());
  assert.equal(octets.subarray(0, 2).toString(), 'PK');
  assert.ok(octets.includes('SHA256SUMS'));

  await page.goto('/innboks?mappe=mottatt');
  // Enter at a chosen row's box does nothing to it.
  const box = row(page, 'Andre av to').locator('input[type=checkbox]');
  await box.check();
  await Promise.all([page.waitForResponse((answer) => /\/innboks\/valgte$/.test(answer.url())), box.press('Enter')]);
  await page.waitForURL(/mappe=mottatt/);
  await row(page, 'Andre av to').waitFor();
  for (const title of ['Første av to', 'Bare til deg']) await row(page, title).locator('input[type=checkbox]').check();
  await page.getByRole('button', { name: 'Slett valgte', exact: true }).click();
  await page.waitForURL(/\/innboks\/valgte$/);
  assert.match(await main(page), /slettes med en gang[\s\S]*ligger under Slettet, og kan flyttes tilbake til/);
  await look(page, 'innboks-slett-meldinger');
  await page.getByRole('button', { name: 'Ja, slett 2 elementer', exact: true }).click();
  await page.getByRole('heading', { name: '2 elementer er slettet' }).waitFor();
  await page.goto(`/a/${own}/innboks?mappe=slettet`);
  assert.equal(await row(page, 'Bare til deg').count(), 0, 'a person\'s goes at once');
  await page.goto(`/a/${party}/innboks?mappe=slettet`);
  assert.match(await row(page, 'Første av to').innerText(), /Forsvinner/);
  await look(page, 'innboks-slettet-mappe');
  await row(page, 'Første av to').getByRole('link').click();
  await page.getByRole('button', { name: 'Flytt tilbake', exact: true }).click();
  await page.waitForURL(/mappe=mottatt/);
  assert.equal(await row(page, 'Første av to').count(), 1);

  await row(page, 'Andre av to').getByRole('link').click();
  await page.getByRole('button', { name: 'Flytt til arkivet', exact: true }).click();
  await page.waitForURL(/mappe=arkiv/);
  assert.match(await main(page), /ikke Noark-standarden/);
  assert.equal(await row(page, 'Andre av to').count(), 1);
  await look(page, 'innboks-arkiv');
  clean(page);
});

act('a letter that asks for a form is answered by it, and its sender sees that it was', async () => {
  const title = 'Svar med skjema';
  const batch = await sendLetter(clerk, { to: [number], title, text: 'Fyll ut skjemaet.', reply: 'form', more: { svarskjema: 'dat/veiledning' } });
  const id = await letterOf(manager, party, title);
  const page = await stage.visitor({ beside: [768, 390] });
  await login(page, 'Modig Måltrost');
  await page.goto(`/a/${party}/melding/${id}`);
  await page.getByRole('link', { name: 'Gå til skjemaet', exact: true }).click();
  assert.match(await main(page), /blir svaret på en melding/);
  await look(page, 'skjema-svarer-melding');
  await page.locator('form[action*="/start"] button').first().click();
  await page.waitForURL(/\/utkast\//);
  await page.goto(`/a/${party}/melding/${id}`);
  await look(page, 'melding-med-utkast');
  const draft = /\/utkast\/([0-9a-f-]{36})/.exec(await page.getByRole('link', { name: 'Fortsett på skjemaet', exact: true }).getAttribute('href'))[1];
  let step = await manager.get(`/a/${party}/utkast/${draft}`);
  const answers = { 'sporsmal.tema': 'annet', 'sporsmal.emne': 'Svar', 'sporsmal.tekst': 'Her er svaret.', 'kontakt.navn': 'Modig Måltrost', 'kontakt.svar': 'innboks', 'mer.tekst': 'Mer' };
  for (let count = 0; count < 10 && !/\/oversikt$/.test(step.path.split('?')[0]); count += 1) step = await manager.fill(step, answers);
  await manager.send(party, draft);
  for (let count = 0; count < 100 && !/Besvart med skjemaet/.test(await main(page)); count += 1) {
    await page.waitForTimeout(100);
    await page.reload();
  }
  assert.match(await main(page), /Besvart med skjemaet/);
  clean(page);
  const staff = await stage.visitor({ beside: [768, 390] });
  await login(staff, 'Grundig Grevling');
  await staff.goto(`/etat/dat/meldinger/${batch}`);
  await staff.getByRole('link', { name: 'Fjord og Fjell AS' }).click();
  await look(staff, 'melding-besvart-med-skjema');
  await staff.getByRole('link', { name: 'Se det mottatte skjemaet', exact: true }).click();
  await staff.waitForURL(new RegExp(`/sak/${party}/${draft}$`));
  clean(staff);
});

act('what waits for its time is taken back by its sender', async () => {
  const later = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const batch = await sendLetter(clerk, { to: [number], title: 'Sendt for tidlig', text: 'Vent.', more: { tilgjengelig: later } });
  const page = await stage.visitor({ beside: [768, 390] });
  await login(page, 'Grundig Grevling');
  await page.goto(`/etat/dat/meldinger/${batch}`);
  await page.getByText('Trekk tilbake', { exact: true }).first().click();
  await look(page, 'melding-trekk');
  await page.getByRole('button', { name: 'Ja, trekk meldingen tilbake', exact: true }).click();
  await page.getByText('Ingen mottaker har sett den').waitFor();
  await look(page, 'melding-trukket');
  await page.goto('/etat/dat/meldinger');
  assert.match(await main(page), /Trukket tilbake/);
  clean(page);
});

act('one sees what one was told by e-mail, and why', async () => {
  await letter('Med varsel');
  const page = await stage.visitor({ beside: [768, 390] });
  await login(page, 'Modig Måltrost', { to: '/profil/varsler' });
  for (let count = 0; count < 100 && !/Ny melding i innboksen/.test(await main(page)); count += 1) {
    await page.waitForTimeout(100);
    await page.reload();
  }
  const words = await main(page);
  assert.match(words, /Ny melding i innboksen/);
  assert.doesNotMatch(words.replace(/\S\*+@\S+/g, ''), /\S+@\S+/, 'addresses are masked');
  assert.match(words, /Overlevert til e-posttjenesten/);
  assert.doesNotMatch(words, /2\.0\.0/, 'what a mail server says is no word to a citizen');
  await page.getByText('Hvorfor fikk jeg dette?', { exact: true }).first().click();
  await page.getByText('En etat har sendt en melding til innboksen').first().waitFor();
  await look(page, 'varsler');
});
