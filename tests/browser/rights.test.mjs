// One's rights over one's data as a person uses them: a copy that is asked for, downloaded and verified without a network; a form whose use is
// restricted, so that a clerk's reading is refused; what is disputed, asked for and taken back; at three widths, and once with scripts off.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, form, words } from '../lib/client.mjs';
import { alting, sleep } from '../lib/server.mjs';
import { clean, login, look, openStage } from './person.mjs';

let stage, clerk, manager, party, own, folder;
const act = (name, steps) => test(name, () => stage.act(name, steps));
const main = (page) => page.locator('main').innerText();
const button = (page, name) => page.getByRole('button', { name, exact: true });

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alting-rights-'));
  stage = await openStage();
  clerk = new Client(stage.origin);
  await clerk.login('Grundig Grevling');
  manager = new Client(stage.origin);
  own = /\/a\/([0-9a-f-]{36})\//.exec((await manager.login('Modig Måltrost')).body)[1];
  party = await manager.chooseParty('Fjord og Fjell AS');
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
  await sent(own, 'Kopieres');
  const page = await stage.visitor({ beside: [768, 390] });
  await login(page, 'Modig Måltrost', { to: '/personvern' });
  const path = await copyOf(page, 'kopi');
  const verified = alting(['verify', path, '--key', await keyOfLog()]);
  assert.equal(verified.status, 0, verified.out);
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

for (const width of [1280, 768, 390]) {
  act(`a datum is marked as disputed, and a question is asked and taken back at ${width} pixels`, async () => {
    const page = await stage.visitor({ width });
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

    await page.goto(`/a/${own}/personvern/krav?rett=other`);
    await look(page, 'personvern-krav');
    await button(page, 'Send').click();
    await page.getByText('Skriv hva det gjelder.').first().waitFor();
    page.faults = page.faults.filter((fault) => !/422/.test(fault));
    await page.getByLabel('Hva vil du vite?').fill('Hvem har fått opplysningene mine?');
    await button(page, 'Send').click();
    await page.waitForURL(/gjort=/);
    assert.match(await main(page), /Kravet er sendt/);
    assert.match(await main(page), /Svar senest/);
    await look(page, 'personvern-sendt');
    await button(page, 'Trekk kravet').first().click();
    await page.waitForURL(/gjort=/);
    assert.match(await main(page), /Kravet er trukket/);
    await page.goto(`/a/${own}/personvern/slett`);
    assert.match(await main(page), /Dette blir slettet nå/);
    await look(page, 'personvern-slett');
    clean(page);
  });
}

act('a form is restricted on request, and what a clerk could read is refused; without scripts', async () => {
  const id = await sent(party, 'Begrenses');
  const at = `/etat/dat/sak/${party}/${id}`;
  assert.equal((await clerk.get(at)).status, 200);
  const page = await stage.visitor({ scripts: false });
  await login(page, 'Modig Måltrost', { to: `/a/${party}/personvern` });
  await page.locator('main').getByRole('link', { name: 'Be om at bruken begrenses', exact: true }).click();
  await page.waitForURL(/\/krav\?rett=restriction$/);
  await page.locator('select[name=gjelder]').selectOption(`instance:dat:${id}`);
  await page.locator('input[name=grunn]').first().check();
  await look(page, 'personvern-begrens');
  await button(page, 'Send').click();
  await page.waitForURL(/gjort=/);
  assert.match(await main(page), /Venter på svar/);

  const claims = await clerk.get('/etat/dat/krav');
  const [, claim] = /\/etat\/dat\/krav\/([0-9a-f-]{36})/.exec(claims.body);
  const asked = await clerk.get(`/etat/dat/krav/${claim}`);
  const granted = await clerk.submit(asked, form(asked.body, `/krav/${claim}`), {}, { button: { name: 'gjor', value: 'godta' } });
  assert.equal(granted.status, 200, words(granted.body));
  const refused = await clerk.get(at);
  assert.equal(refused.status, 403);
  assert.doesNotMatch(refused.body, /Begrenses/);

  await page.goto(`/a/${party}/personvern`);
  assert.match(await main(page), /Innvilget/);
  assert.match(await main(page), /Begrenset siden/);
  await look(page, 'personvern-begrenset');
  await page.goto(`/a/${party}/sak/${id}`);
  assert.match(await main(page), /Begrenses/, 'one reads one’s own all the same');
  clean(page);
});
