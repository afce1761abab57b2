// Deleting what was sent: a business's form goes to Deleted and comes back, a person's is gone at once, and the agency goes on reading its copy; looked
// at as wide as a telephone, a tablet and a desk, walked once with scripts off; with --long walked at each width.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Client } from '../lib/client.mjs';
import { long } from '../lib/server.mjs';
import { clean, login, look, openStage } from './person.mjs';

let stage, clerk, manager, party, own, ofFirm;
const act = (name, steps) => test(name, () => stage.act(name, steps));
const main = (page) => page.locator('main').innerText();
const row = (page, id) => page.locator('li.item', { has: page.locator(`a[href*="${id}"]`) });

before(async () => {
  stage = await openStage();
  clerk = new Client(stage.origin);
  await clerk.login('Grundig Grevling');
  manager = new Client(stage.origin);
  own = /\/a\/([0-9a-f-]{36})\//.exec((await manager.login('Modig Måltrost')).body)[1];
  party = await manager.chooseParty('Fjord og Fjell AS');
  ofFirm = await sent(party);
});
after(async () => stage?.close());

/** A form that was sent for the party; its id. */
async function sent(of) {
  const answers = { 'sporsmal.tema': 'annet', 'sporsmal.emne': 'Til sletting', 'sporsmal.tekst': 'Et spørsmål.', 'kontakt.navn': 'Modig Måltrost', 'kontakt.svar': 'innboks' };
  const begun = await manager.start(of, 'dat/veiledning');
  let { page } = begun;
  for (let count = 0; count < 10 && !/\/oversikt$/.test(page.path.split('?')[0]); count += 1) page = await manager.fill(page, answers);
  await manager.send(of, begun.id);
  return begun.id;
}

async function awayAndBack(page, id) {
  await page.goto(`/a/${party}/sak/${id}`);
  await page.getByText('Slett det du har sendt', { exact: true }).first().click();
  assert.match(await main(page), /legges under Slettet\. Til .+ kan de flyttes tilbake/);
  assert.match(await main(page), /Kopien til Datatilsynet slettes ikke av dette/);
  await look(page, 'sak-slett');
  await page.getByRole('button', { name: 'Ja, slett', exact: true }).click();
  await page.waitForURL(/gjort=/);
  assert.match(await main(page), /Skjemaet er slettet/);
  assert.equal(await row(page, id).count(), 0);
  await page.goto(`/a/${party}/innboks?mappe=slettet`);
  assert.match(await row(page, id).innerText(), /Forsvinner/);
  await look(page, 'innboks-slettet-skjema');
  await row(page, id).getByRole('link').click();
  await page.waitForURL(new RegExp(`/sak/${id}$`));
  assert.match(await main(page), /Dette er slettet\. Det kan flyttes tilbake til/);
  await look(page, 'sak-slettet');
  await page.getByRole('button', { name: 'Flytt tilbake til Sendt', exact: true }).click();
  await page.waitForURL(/gjort=/);
  assert.match(await main(page), /Skjemaet er flyttet tilbake til Sendt/);
  assert.equal(await row(page, id).count(), 1);
}

const walks = [{ width: 390, beside: long ? [] : [768, 1280] }, ...(long ? [{ width: 768 }, { width: 1280 }] : []), { scripts: false }];
for (const walk of walks) {
  act(`a business's form is deleted and brought back ${walk.width ? `at ${walk.width} pixels` : 'without scripts'}`, async () => {
    const page = await stage.visitor(walk);
    await login(page, 'Modig Måltrost');
    await awayAndBack(page, ofFirm);
    clean(page);
  });
}

act('a person\'s forms are gone at once, chosen together in the inbox of all, and the agency reads its copy', async () => {
  const mine = await sent(own);
  const page = await stage.visitor({ beside: [768, 390] });
  await login(page, 'Modig Måltrost');
  await page.goto('/innboks?mappe=sendt');
  for (const id of [mine, ofFirm]) await row(page, id).locator('input[type=checkbox]').check();
  await page.getByRole('button', { name: 'Slett valgte', exact: true }).click();
  await page.waitForURL(/\/innboks\/valgte$/);
  assert.match(await main(page), /slettes med en gang[\s\S]*ligger under Slettet[\s\S]*Kopien til Datatilsynet/);
  await look(page, 'innboks-slett-skjema');
  await page.getByRole('button', { name: 'Ja, slett 2 elementer', exact: true }).click();
  await page.getByRole('heading', { name: '2 elementer er slettet' }).waitFor();
  await page.goto('/innboks?mappe=slettet');
  assert.equal(await row(page, mine).count(), 0, 'a person\'s goes at once');
  assert.equal(await row(page, ofFirm).count(), 1);
  clean(page);
  assert.equal((await manager.get(`/a/${own}/sak/${mine}`)).status, 404);
  assert.equal((await manager.get(`/a/${own}/sak/${mine}/kvittering.json`)).status, 404);
  assert.equal((await clerk.get(`/etat/dat/sak/${own}/${mine}`)).status, 200);
});
