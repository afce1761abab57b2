// One's rights over one's data as a person uses them, and the agency that answers: a copy that is asked for, downloaded and verified without a
// network; what is disputed, asked for and taken back; a form whose use is restricted, refused, opened on a ground of the law and let go; and all
// that is one's own erased. Looked at as wide as a telephone, a tablet and a desk; asking and letting go with scripts off.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '../lib/client.mjs';
import { alting, long, sleep } from '../lib/server.mjs';
import { clean, forgive, login, look, openStage } from './person.mjs';

let stage, manager, party, own, mine, folder;
const act = (name, steps) => test(name, () => stage.act(name, steps));
const main = (page) => page.locator('main').innerText();
const button = (page, name) => page.getByRole('button', { name, exact: true });

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alting-rights-'));
  stage = await openStage();
  manager = new Client(stage.origin);
  own = /\/a\/([0-9a-f-]{36})\//.exec((await manager.login('Modig Måltrost')).body)[1];
  party = await manager.chooseParty('Fjord og Fjell AS');
  mine = await sent(own, 'Eget spørsmål');
});
after(async () => {
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A form that was sent for the party; its id. */
async function sent(of, subject) {
  const answers = { 'sporsmal.tema': 'annet', 'sporsmal.emne': subject, 'sporsmal.tekst': 'Et spørsmål.', 'kontakt.navn': 'Modig Måltrost', 'kontakt.svar': 'innboks' };
  const begun = await manager.start(of, 'dat/veiledning');
  let { page } = begun;
  for (let count = 0; count < 10 && !/\/oversikt$/.test(page.path.split('?')[0]); count += 1) page = await manager.fill(page, answers);
  await manager.send(of, begun.id);
  return begun.id;
}

/** The copy, downloaded; its file. */
async function copyOf(page, name) {
  await page.goto('/personvern');
  await look(page, 'personvern');
  await page.locator('main').getByRole('link', { name: 'Få en kopi av alt', exact: true }).click();
  await page.waitForURL(/\/personvern\/kopi$/);
  await look(page, 'personvern-kopi');
  await button(page, 'Lag en kopi').click();
  await page.waitForURL(/gjort=/);
  const download = page.getByRole('link', { name: 'Last ned kopien', exact: true });
  for (let count = 0; count < 60 && !(await download.count()); count += 1) {
    await sleep(500);
    await page.goto(`/a/${own}/personvern/kopi`);
  }
  await look(page, 'personvern-kopi-ferdig');
  const [file] = await Promise.all([page.waitForEvent('download'), download.click()]);
  const path = join(folder, `${name}.zip`);
  await file.saveAs(path);
  return path;
}

const keyOfLog = async () => (await manager.get('/log/vkeys')).body.split('\n').find((line) => /\+[0-9a-f]{8}\+/.test(line));

act('a copy of everything is asked for, downloaded, verified without a network and deleted', async () => {
  const page = await stage.visitor({ beside: [768, 390] });
  await login(page, 'Modig Måltrost', { to: '/personvern' });
  const path = await copyOf(page, 'kopi');
  const verified = alting(['verify', path, '--key', await keyOfLog()]);
  assert.equal(verified.status, 0, verified.out);
  const beside = alting(['verify', path, import.meta.filename, '--key', await keyOfLog()]);
  assert.equal(beside.status, 1, beside.out);
  assert.match(beside.out, /REFUTED +document: rights\.test\.mjs is not in the copy/);
  const broken = readFileSync(path);
  broken[Math.floor(broken.length / 2)] ^= 1;
  writeFileSync(`${path}.broken.zip`, broken);
  assert.equal(alting(['verify', `${path}.broken.zip`, '--key', await keyOfLog()]).status, 1, 'one octet was changed');

  await page.goto(`/a/${own}/personvern/kopi`);
  await page.getByText('Slett kopien', { exact: true }).first().click();
  await button(page, 'Ja, slett kopien').click();
  await page.waitForURL(/gjort=/);
  assert.match(await main(page), /Kopien er slettet/);
  assert.equal(await page.getByRole('link', { name: 'Last ned kopien', exact: true }).count(), 0);
  clean(page);
});

const walks = long ? [{ width: 390 }, { width: 768 }, { width: 1280 }] : [{ width: 390, beside: [768, 1280] }];
for (const walk of walks) {
  act(`a datum is marked as disputed, and a question is asked and taken back at ${walk.width} pixels`, async () => {
    const page = await stage.visitor(walk);
    await login(page, 'Modig Måltrost', { to: `/a/${own}/personvern/rett` });
    await look(page, 'personvern-rett');
    const address = page.locator('section', { has: page.getByRole('heading', { name: 'Adresse', exact: true }) });
    await address.getByRole('button', { name: /^Merk som bestridt/ }).click();
    await page.waitForURL(/gjort=/);
    await page.goto('/profil');
    assert.match(await main(page), /Bestridt siden/);
    await look(page, 'profil-bestridt');
    await page.goto(`/a/${own}/personvern/rett`);
    await address.getByRole('button', { name: /^Fjern merket/ }).click();
    await page.waitForURL(/gjort=/);
    assert.doesNotMatch(await main(page), /Bestridt siden/);

    await page.goto(`/a/${party}/personvern/rett`);
    await look(page, 'personvern-rett-virksomhet');
    await page.goto(`/a/${own}/personvern/krav?rett=other`);
    await button(page, 'Send').click();
    await page.getByText('Skriv hva det gjelder.').first().waitFor();
    forgive(page);
    await look(page, 'personvern-krav');
    await page.getByLabel('Hva vil du vite?').fill('Hvem har fått opplysningene mine?');
    await button(page, 'Send').click();
    await page.waitForURL(/gjort=/);
    assert.match(await main(page), /Kravet er sendt/);
    assert.match(await main(page), /Svar senest/);
    await look(page, 'personvern-sendt');
    const withdrawing = page.locator('summary', { hasText: /^Trekk kravet/ });
    await withdrawing.first().click();
    await look(page, 'personvern-trekk');
    await button(page, 'Ja, trekk kravet').click();
    await page.getByText('Kravet er trukket.', { exact: true }).waitFor();
    assert.equal(await withdrawing.count(), 0);
    clean(page);
  });
}

act('a form is restricted on request: refused to the clerk, opened on a ground of the law, and its end announced', async () => {
  const id = await sent(party, 'Begrenses');
  const at = `/etat/dat/sak/${party}/${id}`;
  const page = await stage.visitor({ scripts: false });
  await login(page, 'Modig Måltrost', { to: `/a/${party}/personvern` });
  await page.locator('main').getByRole('link', { name: 'Be om at behandlingen begrenses', exact: true }).click();
  await page.waitForURL(/\/krav\?rett=restriction$/);
  await page.locator('select[name=gjelder]').selectOption(`instance:dat:${id}`);
  await page.locator('input[name=grunn]').first().check();
  await look(page, 'personvern-begrens');
  await button(page, 'Send').click();
  await page.waitForURL(/gjort=/);
  assert.match(await main(page), /Venter på svar/);

  const clerk = await stage.visitor({ width: 390, beside: [768, 1280] });
  await login(clerk, 'Grundig Grevling', { to: at });
  assert.match(await main(clerk), /Begrenses/);
  await clerk.goto('/etat/dat/krav');
  await clerk.locator('main').getByRole('link', { name: /^Be om at behandlingen begrenses/ }).first().click();
  await clerk.waitForURL(/\/krav\/[0-9a-f-]{36}$/);
  await look(clerk, 'etat-krav');
  await button(clerk, 'Begrens behandlingen').click();
  await clerk.waitForURL(/gjort=/);
  assert.match(await main(clerk), /Kravet er besvart/);
  await look(clerk, 'etat-krav-alle');
  assert.equal((await clerk.goto(at)).status(), 403);
  assert.doesNotMatch(await main(clerk), /Begrenses/);
  forgive(clerk, /status of 403/);
  await look(clerk, 'etat-begrenset');
  await clerk.locator('main').getByRole('link', { name: 'Åpne på en grunn i loven', exact: true }).click();
  await clerk.waitForURL(/\/begrenset$/);
  await look(clerk, 'etat-begrenset-apne');
  await clerk.locator('input[name=grunn]').first().check();
  await clerk.locator('textarea[name=hvorfor]').fill('Klagesak');
  await button(clerk, 'Åpne likevel').click();
  await clerk.waitForURL(new RegExp(`${at}$`));
  assert.match(await main(clerk), /Du har åpnet dette på en grunn i loven[\s\S]*Begrenses/);
  await look(clerk, 'etat-begrenset-apnet');
  clean(clerk);

  const other = await stage.visitor({ scripts: false });
  await login(other, 'Klok Kattugle', { to: at });
  assert.doesNotMatch(await main(other), /Begrenses/, 'it is open to the one alone');
  await other.locator('main').getByRole('link', { name: 'Åpne på en grunn i loven', exact: true }).click();
  await button(other, 'Åpne likevel').click();
  await other.getByText('Velg en av grunnene i loven').first().waitFor();
  forgive(other);
  await other.goto('/etat/dat/krav');
  await other.getByText('Opphev begrensningen', { exact: true }).first().click();
  await other.getByLabel('Dag den oppheves').first().fill('2020-01-01');
  await other.getByRole('button', { name: /^Varsle at den oppheves/ }).first().click();
  await other.locator('#error-summary a').waitFor();
  forgive(other);
  await look(other, 'etat-begrenset-dag');
  assert.equal(await other.getByLabel('Dag den oppheves').first().inputValue(), '2020-01-01');
  await other.getByLabel('Dag den oppheves').first().fill('');
  await other.getByRole('button', { name: /^Varsle at den oppheves/ }).first().click();
  await other.waitForURL(/gjort=/);
  assert.match(await main(other), /Opphevelsen er varslet/);

  await page.goto(`/a/${party}/personvern`);
  assert.match(await main(page), /Innvilget/);
  assert.match(await main(page), /Begrenset siden[\s\S]*Oppheves /);
  await look(page, 'personvern-begrenset');
  await page.goto(`/a/${party}/sak/${id}`);
  assert.match(await main(page), /Behandlingen er begrenset hos [\s\S]*Begrenses/, 'one reads one’s own all the same');
  clean(page);
});

act('all that is one’s own is erased, and the proof of it stands below and is verified without a network', async () => {
  const page = await stage.visitor({ width: 390, beside: [768, 1280] });
  const here = `/a/${own}/personvern/slett`;
  await login(page, 'Modig Måltrost', { to: here });
  assert.match(await main(page), /Dette blir slettet nå/);
  await page.getByText('Slett alt', { exact: true }).first().click();
  await look(page, 'personvern-slett');
  await button(page, 'Ja, slett alt for godt').click();
  await page.waitForURL(/gjort=/);
  const proof = page.getByRole('link', { name: /^Slettebevis fra/ });
  for (let count = 0; count < 60 && !(await proof.count()); count += 1) {
    await sleep(500);
    await page.goto(here);
  }
  await look(page, 'personvern-slettet');
  const [file] = await Promise.all([page.waitForEvent('download'), proof.first().click()]);
  const path = join(folder, 'slettebevis.json');
  await file.saveAs(path);
  assert.doesNotMatch(readFileSync(path, 'utf8'), /Måltrost/);
  const verified = alting(['verify', path, '--key', await keyOfLog()]);
  assert.equal(verified.status, 0, verified.out);
  assert.equal((await page.request.get(`/a/${own}/sak/${mine}`)).status(), 404);
  clean(page);
});
