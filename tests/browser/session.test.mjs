// When a session ends while one writes, and when the network does: nothing that was typed is lost, with and without scripts.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { openStage, login, look, clean, forgive, choose, startForm, saved } from './person.mjs';

let stage;
before(async () => { stage = await openStage(); });
after(async () => { await stage?.close(); });

const form = 'dat/veiledning';
const subject = (page) => page.locator('#form-page [name="sporsmal.emne"]');
const words = (page) => page.locator('#form-page [name="sporsmal.tekst"]');
const next = (page) => page.getByRole('button', { name: 'Neste', exact: true });

/** A window with a form begun, and another of the same browser. */
async function writing(options) {
  const page = await stage.visitor(options);
  await login(page, 'Modig Måltrost');
  const party = await choose(page, 'Fjord og Fjell AS');
  await startForm(page, party, form);
  return page;
}

for (const scripts of [true, false]) {
  test(`what was typed after the session ended is there after the login, ${scripts ? 'with' : 'without'} scripts`, () => stage.act(`session-${scripts}`, async () => {
    const page = await writing({ width: 390, scripts });
    const typed = 'Skrevet etter at økten var over: æøå «sitat»\nog en linje til';
    await page.context().clearCookies({ name: /okt$/ });
    await subject(page).fill('Emnet mitt');
    await words(page).fill(typed);
    await next(page).click();
    await page.waitForURL((url) => url.pathname.startsWith('/logg-inn'));
    forgive(page);
    await login(page, 'Modig Måltrost', { to: null, seeing: async () => { await page.getByRole('link', { name: 'BankID', exact: true }).click(); } });
    await page.waitForURL(/\/side\//);
    assert.equal(await subject(page).inputValue(), 'Emnet mitt');
    assert.equal((await words(page).inputValue()).replaceAll('\r', ''), typed);
    assert.match(await page.locator('#form-restored').innerText(), /logget ut/);
    assert.ok(await page.locator('#form-restored').evaluate((one) => one === document.activeElement && one.getBoundingClientRect().top < innerHeight),
      'what happened is read out and in view');
    await look(page, 'gjenopprettet');
    await page.locator('#form-page [name="sporsmal.tema"]').first().check().catch(async () => { await page.locator('#form-page select[name="sporsmal.tema"]').selectOption({ index: 1 }); });
    await next(page).click();
    await page.waitForURL((url) => !url.pathname.endsWith('/Sporsmal'));
    await page.goBack();
    await page.reload();
    assert.equal(await subject(page).inputValue(), 'Emnet mitt', 'it is saved now');
    assert.equal(await page.locator('#form-restored').count(), 0);
    clean(page);
  }));

  test(`whoever logs in next on the same machine does not see it, ${scripts ? 'with' : 'without'} scripts`, () => stage.act(`session-other-${scripts}`, async () => {
    const page = await writing({ scripts });
    await page.context().clearCookies({ name: /okt$/ });
    await subject(page).fill('Bare mitt');
    await next(page).click();
    await page.waitForURL((url) => url.pathname.startsWith('/logg-inn'));
    forgive(page);
    await login(page, 'Myndig Mårhund', { to: null, seeing: async () => { await page.getByRole('link', { name: 'BankID', exact: true }).click(); } });
    assert.ok(!(await page.content()).includes('Bare mitt'));
  }));
}

for (const scripts of [true, false]) {
  test(`access one was about to give when the session ended is there after the login, ${scripts ? 'with' : 'without'} scripts`, () => stage.act(`session-access-${scripts}`, async () => {
    const page = await stage.visitor({ width: 390, scripts });
    await login(page, 'Modig Måltrost');
    const party = await choose(page, 'Fjord og Fjell AS');
    await page.goto(`/a/${party}/tilgang`);
    await page.locator('#fnr').fill('03899146556');
    await page.locator('#etternavn').fill('Elvebredd');
    await page.locator(`input[name=hva][value="skjema:${form}"]`).check();
    await page.context().clearCookies({ name: /okt$/ });
    await page.locator('form[action$="/tilgang/gi"] button').last().click();
    await page.waitForURL((url) => url.pathname.startsWith('/logg-inn'));
    await login(page, 'Modig Måltrost', { to: null, seeing: async () => { await page.getByRole('link', { name: 'BankID', exact: true }).click(); } });
    assert.equal(await page.locator('#fnr').inputValue(), '03899146556');
    assert.equal(await page.locator('#etternavn').inputValue(), 'Elvebredd');
    assert.ok(await page.locator(`input[name=hva][value="skjema:${form}"]`).isChecked());
    assert.match(await page.locator('main').innerText(), /Ingen har fått tilgang ennå/);
    await look(page, 'tilgang-gjenopprettet');
  }));
}

test('a page from before a login in another tab is shown again with what was typed, without scripts too', () => stage.act('session-tab-plain', async () => {
  const page = await writing({ scripts: false });
  await words(page).fill('Skrevet før den andre fanen');
  await page.context().clearCookies({ name: /okt$/ });
  const other = await stage.window(page.context(), false);
  await login(other, 'Modig Måltrost');
  await next(page).click();
  await page.locator('#form-restored').waitFor();
  assert.equal(await words(page).inputValue(), 'Skrevet før den andre fanen');
  await look(page, 'annen-fane');
}));

test('one ends a session of another device from the profile page', () => stage.act('session-end-one', async () => {
  const [desk, phone] = [await stage.visitor({ width: 390 }), await stage.visitor({ scripts: false })];
  for (const page of [phone, desk]) await login(page, 'Modig Måltrost');
  await desk.goto('/profil');
  await look(desk, 'innlogginger');
  const rows = desk.locator('form[action^="/profil/innlogging/"]');
  while (await rows.count()) {
    const count = await rows.count();
    await rows.first().getByRole('button').click();
    await desk.waitForFunction((many) => document.querySelectorAll('form[action^="/profil/innlogging/"]').length < many, count);
  }
  assert.equal(await desk.getByText('Denne', { exact: true }).count(), 1);
  await phone.goto('/profil');
  assert.match(new URL(phone.url()).pathname, /^\/logg-inn/);
  clean(desk);
}));

for (const scripts of [true, false]) {
  test(`logging out leads through the issuer with no token in an address, ${scripts ? 'with' : 'without'} scripts`, () => stage.act(`session-out-${scripts}`, async () => {
    const page = await stage.visitor({ scripts });
    await login(page, 'Modig Måltrost');
    const addresses = [];
    page.on('request', (request) => addresses.push(request.url()));
    await page.locator('form[action="/logg-ut"] button').first().evaluate((button) => button.form.requestSubmit());
    if (!scripts) await page.getByRole('button', { name: 'Fortsett', exact: true }).click();
    await page.waitForURL((url) => url.pathname === '/logg-ut/ferdig');
    assert.ok(addresses.some((one) => one.startsWith(`${stage.issuer}/logout`)), 'the issuer was told');
    assert.deepEqual(addresses.filter((one) => /id_token|eyJ/.test(one)), []);
  }));
}

test('after logging in again in another tab, what one wrote in this one is saved by itself', () => stage.act('session-tab', async () => {
  const page = await writing({});
  await page.context().clearCookies({ name: /okt$/ });
  await words(page).fill('Skrevet mens jeg var logget ut');
  const link = page.locator('#saved-state a');
  await link.waitFor();
  assert.equal(await link.getAttribute('target'), '_blank');
  forgive(page);
  const other = await stage.window(page.context());
  await login(other, 'Modig Måltrost');
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await saved(page);
  forgive(page);  // the old session's token was refused, and the new one's given for it
  await page.reload();
  assert.equal(await words(page).inputValue(), 'Skrevet mens jeg var logget ut');
  clean(page);
}));

test('the page warns five minutes before the session ends, and lets one go on', () => stage.act('session-warning', async () => {
  const page = await stage.visitor({ width: 390 });
  await page.clock.install();
  await login(page, 'Modig Måltrost');
  const warning = page.locator('#session-warning');
  await page.clock.runFor(24 * 60_000);
  assert.equal(await warning.isVisible(), false);
  await page.clock.runFor(90_000);
  await warning.waitFor({ state: 'visible' });
  await page.clock.resume();
  await look(page, 'okt-varsel');
  assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), 'Fortsett');
  await page.keyboard.press('Enter');
  await warning.waitFor({ state: 'hidden' });
  clean(page);
}));

test('Neste without a network keeps the page, says so at the button, and works when the network is back', () => stage.act('session-offline', async () => {
  const page = await writing({ width: 390 });
  await words(page).fill('Skrevet uten nett');
  await page.context().setOffline(true);
  await next(page).click();
  await page.locator('.send-state[role=alert]').waitFor();
  assert.equal(await words(page).inputValue(), 'Skrevet uten nett');
  await look(page, 'uten-nett').catch((error) => { if (!/ERR_INTERNET_DISCONNECTED/.test(error.message)) throw error; });
  await page.context().setOffline(false);
  await saved(page);
  forgive(page, /ERR_INTERNET_DISCONNECTED/);
  await page.reload();
  assert.equal(await words(page).inputValue(), 'Skrevet uten nett');
  clean(page);
}));

test('when the portal is busy or broken the page says which, and saves by itself once it is not', () => stage.act('session-busy', async () => {
  const page = await writing({ width: 390 });
  let answer;
  await page.route(/\/lagre(\?|$)/, (route) => (answer ? route.fulfill({ body: '', ...answer }) : route.continue()));
  for (const [said, told] of [
    [/får ikke lagret akkurat nå/, { status: 503, headers: { 'Retry-After': '1' } }],
    [/galt hos oss/, { status: 503, headers: { 'Retry-After': '1', 'Alting-Incident': 'abc' } }],
  ]) {
    answer = told;
    await words(page).fill(`Skrevet da det sto ${said}`);
    await page.locator('#saved-state').filter({ hasText: said }).waitFor();
    answer = null;
    await page.locator('#saved-state').filter({ hasText: /^\s*Lagret/ }).waitFor();
  }
  forgive(page, /503/);
  await page.reload();
  assert.match(await words(page).inputValue(), /galt hos oss/);
  clean(page);
}));

test('what was typed a moment before a link of the page is followed is there afterwards', () => stage.act('session-link', async () => {
  const page = await writing({});
  for (const [number, click] of [() => page.locator('nav.languages a, .languages a').last().click(), () => page.locator('.steps a, .step a').last().click()].entries()) {
    await words(page).fill(`Skrevet like før ${number}`);
    await Promise.all([page.waitForEvent('framenavigated'), click()]);
    await page.waitForLoadState();
    await page.goto(page.url().replace(/(oversikt|side\/).*/, 'side/Sporsmal'));
    assert.equal(await words(page).inputValue(), `Skrevet like før ${number}`);
  }
  clean(page);
}));

test('how one logged in is remembered for a year only by who ticks the box, and no party at all', () => stage.act('remembering', async () => {
  const page = await stage.visitor();
  const cookies = async () => (await page.context().cookies()).map(({ name, value }) => [name.replace(/^__Host-/, ''), value]);
  const kept = async () => (await cookies()).some(([name, value]) => name === 'alting-valg' && value.includes(':'));
  const box = page.getByLabel('Husk valget mitt');
  const logIn = async () => {
    await page.getByRole('link', { name: /^MinID/ }).click();
    await login(page, 'Modig Måltrost', { to: '', method: 'MinID' });
    await choose(page, 'Fjord og Fjell AS');
    await page.context().clearCookies({ name: /okt$/ });
    await page.goto('/logg-inn');
  };
  await page.goto('/logg-inn');
  assert.equal(await box.isChecked(), false);
  await logIn();
  assert.equal(await kept(), false);
  assert.doesNotMatch(await page.locator('main').innerText(), /Brukt sist/, 'nobody asked for it');
  await box.check();
  await page.getByRole('button', { name: 'Lagre', exact: true }).click();
  await page.waitForURL(/spurt=ja/);
  await look(page);
  await logIn();
  assert.equal(await kept(), true);
  assert.match(await page.locator('main').innerText(), /MinID[^]*Brukt sist[^]*BankID/);
  assert.equal(await box.isChecked(), true);
  await box.uncheck();
  await page.getByRole('button', { name: 'Lagre', exact: true }).click();
  await page.waitForURL(/spurt=ja/);
  assert.equal(await kept(), false);
  assert.deepEqual((await cookies()).map(([name]) => name).filter((name) => name.startsWith('alting-') && !/-(token|context|valg|okt)$/.test(name)), []);
  clean(page);
}));
