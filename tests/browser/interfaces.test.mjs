// The pages of those who come without a person: a business's certificates under its access, and an agency's keys, suppliers, subscriptions and deliveries,
// at three widths, in three languages, with and without scripts, with a receiver that answers and stops answering.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { Client } from '../lib/client.mjs';
import { logInWith, numberOf, testCertificate } from '../lib/certificates.mjs';
import { TokenRefused, addClient, machineToken, newKey } from '../lib/tokens.mjs';
import { agencyNumber } from '../lib/organisation.mjs';
import { Server, freePorts, sleep } from '../lib/server.mjs';
import { choose, clean, forgive, login, look, openStage } from './person.mjs';

let stage, receiver, number;
const agency = '/etat/dat/grensesnitt';
const main = (page) => page.locator('main').innerText();
const act = (name, steps) => test(name, () => stage.act(name, steps));

/** An end point on this machine: what it got, and what it answers. */
class Receiver {
  got = [];
  status = 200;
  static async at(port) {
    const one = new Receiver();
    one.port = port;
    one.server = http.createServer((request, answer) => {
      const parts = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () => {
        one.got.push({ path: request.url, headers: request.headers, event: JSON.parse(Buffer.concat(parts).toString('utf8')) });
        answer.writeHead(one.status).end();
      });
    });
    await new Promise((done) => one.server.listen(port, '127.0.0.1', done));
    return one;
  }
  of(type) { return this.got.filter((one) => one.event.type === type); }
}

/** Loads the page again until it says so: what is told comes from elsewhere, a moment later. */
async function says(page, words, tries = 100) {
  for (let count = 0; count < tries; count += 1) {
    const now = await main(page);
    if (words.test(now)) return now;
    await sleep(100);
    await page.reload();
  }
  assert.match(await main(page), words);
}

/** A notice, as a person sends it. */
async function send() {
  const client = new Client(stage.origin);
  await client.login('Modig Måltrost');
  const party = await client.chooseParty('Fjord og Fjell AS');
  const { id, page } = await client.start(party, 'dat/veiledning');
  await client.fill(page, { 'sporsmal.tema': 'annet', 'sporsmal.emne': 'Et spørsmål', 'sporsmal.tekst': 'Hva gjør vi nå?' });
  await client.fill(await client.get(`/a/${party}/utkast/${id}/side/Kontakt`), { 'kontakt.navn': 'Modig Måltrost', 'kontakt.svar': 'innboks' });
  await client.send(party, id);
  return { id, party };
}

before(async () => {
  receiver = await Receiver.at(await freePorts());
  const server = await Server.demo({ start: false });
  server.configure(`events.inside_hosts = ["localhost:${receiver.port}"]`);
  await server.start();
  stage = await openStage({ server });
  const manager = new Client(stage.origin);
  await manager.login('Modig Måltrost');
  number = await numberOf(manager, 'Fjord og Fjell AS');
});
after(async () => {
  receiver?.server.close();
  await stage?.close();
});

for (const scripts of [true, false])
  act(`who manages access sees the business's certificates, narrows them and ends one, ${scripts ? 'with' : 'without'} scripts`, async () => {
    const certificate = testCertificate(stage.server, number);
    const inside = new Client(stage.origin);
    await logInWith(inside, certificate, { to: '/profil' });
    const page = await stage.visitor({ width: 390, scripts, beside: [820, 1280] });
    await login(page, 'Modig Måltrost');
    const party = await choose(page, 'Fjord og Fjell AS');
    await page.goto(`/a/${party}/tilgang`);
    assert.match(await main(page), /Utfyller\/Innsender for virksomheten og for underenhetene/);
    await look(page, 'tilgang-sertifikat');
    await page.getByRole('link', { name: 'Se sertifikatene, og hva de kan', exact: true }).click();
    await page.waitForURL(/\/sertifikat$/);
    for (const words of [certificate.serial, 'Alting Test Enterprise CA', 'Kan brukes']) assert.ok((await main(page)).replaceAll('\u00ad', '').includes(words), words);
    await look(page, 'sertifikater');
    const start = `/a/${party}/skjema/dat/veiledning`;
    assert.equal((await inside.get(start)).status, 200);

    await page.getByLabel('Fylle ut, sende og lese skjema').uncheck();
    await page.getByRole('button', { name: 'Lagre', exact: true }).click();
    await page.waitForURL(/gjort=/);
    assert.match(await main(page), /Endret\. Det gjelder fra nå/);
    await look(page, 'sertifikater-begrenset');
    assert.equal((await inside.get(`/a/${party}/innboks`)).status, 403, 'it holds at once');
    await page.getByLabel('Det samme for underenhetene').check();
    await page.getByRole('button', { name: 'Lagre', exact: true }).click();
    await page.locator('#error-summary').waitFor();
    forgive(page);
    assert.match(await main(page), /Kryss av for det også/);
    await look(page, 'sertifikater-bare-underenheter');
    await page.getByLabel('Fylle ut, sende og lese skjema').check();
    await page.getByRole('button', { name: 'Lagre', exact: true }).click();
    await page.waitForURL(/gjort=/);
    assert.equal((await inside.get(`/a/${party}/innboks`)).status, 200);

    const row = page.locator('tr', { hasText: certificate.serial });
    await row.locator('summary').click();
    await look(page, 'sertifikat-avslutt');
    await page.getByRole('button', { name: 'Ja, avslutt', exact: true }).locator('visible=true').click();
    await page.waitForURL(/gjort=/);
    assert.match(await main(page), /Sertifikatet er avsluttet/);
    await look(page, 'sertifikat-avsluttet');
    assert.equal((await inside.get('/profil', { follow: false })).status, 303, 'whoever was logged in with it is not any more');
    for (const language of ['Nynorsk', 'English', 'Bokmål']) {
      await page.getByRole('link', { name: language, exact: true }).click();
      await page.waitForURL(/\/sertifikat/);
      await look(page);
    }
    await page.goto(`/a/${party}/aktivitet`);
    const log = (await main(page)).replaceAll('\u00ad', '');
    assert.ok(log.split(certificate.serial).length > 2, 'the log says which was used first, and which was ended');
    assert.match(log, /Fylle ut, sende og lese skjema\s+Nei/);
    await look(page, 'aktivitet-sertifikat');
    clean(page);
  });

for (const scripts of [true, false])
  act(`an agency's head gives a system a key and has it told of what is sent, and sees what went where, ${scripts ? 'with' : 'without'} scripts`, async () => {
    receiver.status = 200;
    receiver.got = [];
    const page = await stage.visitor({ width: 390, scripts, beside: [820, 1280] });
    await login(page, 'Grundig Grevling');
    await page.goto('/etat/dat');
    await page.getByRole('link', { name: 'Systemene deres: nøkler og abonnementer', exact: true }).click();
    await page.waitForURL((url) => url.pathname === agency);
    await look(page, 'grensesnitt-tomt');

    await page.getByRole('link', { name: 'Legg til en nøkkel', exact: true }).click();
    await look(page, 'ny-nokkel');
    await page.getByLabel('System').fill('Sakssystemet');
    await page.getByLabel('Hente det som er sendt inn').check();
    await page.getByLabel(/^Offentlig nøkkel/).fill('tull');
    await page.getByRole('button', { name: 'Legg til en nøkkel', exact: true }).click();
    await page.locator('.ds-error-summary, [class*=error-summary]').first().waitFor();
    forgive(page);
    await look(page, 'ny-nokkel-feil');
    assert.equal(await page.getByLabel('System').inputValue(), 'Sakssystemet', 'nothing typed is lost');
    await page.getByLabel(/^Offentlig nøkkel/).fill(JSON.stringify((await newKey()).jwk));
    await page.getByRole('button', { name: 'Legg til en nøkkel', exact: true }).click();
    await page.waitForURL(/gjort=/);
    assert.match(await main(page), /Nøkkelen er lagt til/);
    await look(page, 'grensesnitt-nokkel');

    await page.getByRole('link', { name: 'Nytt abonnement', exact: true }).click();
    await look(page, 'nytt-abonnement');
    await page.getByLabel('Mottakerens adresse').fill('http://127.0.0.1/');
    await page.getByRole('button', { name: 'Nytt abonnement', exact: true }).click();
    await page.locator('.ds-error-summary, [class*=error-summary]').first().waitFor();
    forgive(page);
    await look(page, 'nytt-abonnement-feil');
    await page.getByLabel('Mottakerens adresse').fill(`http://localhost:${receiver.port}/hendelser`);
    await page.getByRole('button', { name: 'Nytt abonnement', exact: true }).click();
    await page.waitForURL(/\/abonnement\/\d+/);
    await says(page, /I bruk/);
    assert.equal(receiver.of('platform.events.validatesubscription').length, 1);
    await look(page, 'abonnement');

    const { id, party } = await send();
    await says(page, /Be om veiledning/);
    assert.doesNotMatch(await main(page), /Fjord og Fjell/, 'who sent it is read in the matter, which the log then says');
    await look(page, 'abonnement-levert');
    const [told] = receiver.of('app.instance.process.completed');
    assert.ok(told.event.source.includes(id));
    assert.ok(!JSON.stringify(told.event).includes('Måltrost'), 'no name');
    await page.locator('main').getByRole('link', { name: 'Be om veiledning' }).first().click();
    await page.waitForURL((url) => url.pathname === `/etat/dat/sak/${party}/${id}`);
    await page.goBack();

    // Down: the page says what it answered, the list warns, and once it is up again it is tried when asked.
    receiver.status = 500;
    const second = await send();
    await says(page, /statuskode 500/);
    await look(page, 'abonnement-svarer-ikke');
    await page.goto('/etat/dat');
    assert.match(await main(page), /Noe når ikke frem/);
    await look(page, 'etat-noe-nar-ikke-frem');
    await page.goto(agency);
    assert.match(await main(page), /Noe når ikke frem/);
    await look(page, 'grensesnitt-feiler');
    await page.locator('main').getByRole('link', { name: `localhost:${receiver.port}` }).first().click();
    receiver.status = 200;
    await page.getByRole('button', { name: 'Prøv igjen nå', exact: true }).click();
    await page.waitForURL(/gjort=/);
    for (let tries = 0; tries < 100 && !receiver.of('app.instance.process.completed').some((one) => one.event.source.includes(second.id)); tries += 1) await sleep(100);
    await says(page, /I bruk/);

    const before = receiver.of('app.instance.process.completed').length;
    await page.locator('summary', { hasText: 'Send på nytt' }).click();
    await page.getByLabel('Fra og med nummer').fill('første');
    await page.getByRole('button', { name: 'Send på nytt', exact: true }).click();
    await page.locator('#error-summary:focus').waitFor();
    forgive(page);
    assert.equal(await page.getByLabel('Fra og med nummer').inputValue(), 'første', 'the section stands open, with what was typed');
    await look(page, 'abonnement-send-pa-nytt-feil');
    await page.getByLabel('Fra og med nummer').fill('1');
    await look(page, 'abonnement-send-pa-nytt');
    await page.getByRole('button', { name: 'Send på nytt', exact: true }).click();
    await page.waitForURL(/gjort=/);
    for (let tries = 0; tries < 100 && receiver.of('app.instance.process.completed').length === before; tries += 1) await sleep(100);
    assert.ok(receiver.of('app.instance.process.completed').length > before, 'the same events came again');

    await page.locator('summary', { hasText: 'Avslutt abonnementet' }).click();
    await page.getByRole('button', { name: 'Ja, avslutt abonnementet', exact: true }).locator('visible=true').click();
    await page.waitForURL((url) => url.pathname === agency);
    assert.match(await main(page), /Abonnementet er avsluttet/);
    const row = page.locator('tr', { hasText: 'Sakssystemet' }).filter({ has: page.locator('form[action$="/avslutt"]') }).first();
    await row.locator('summary').click();
    await look(page, 'nokkel-avslutt');
    await page.getByRole('button', { name: 'Ja, avslutt', exact: true }).locator('visible=true').click();
    await page.waitForURL(/gjort=/);
    assert.match(await main(page), /Nøkkelen er avsluttet/);
    for (const language of ['Nynorsk', 'English', 'Bokmål']) {
      await page.getByRole('link', { name: language, exact: true }).click();
      await page.waitForURL((url) => url.pathname === agency);
      await look(page);
    }
    await page.goto(`/a/${await choose(page, 'Datatilsynet')}/aktivitet`);
    assert.ok((await main(page)).includes(`localhost:${receiver.port}`), 'the agency\'s log says where it goes');
    await look(page, 'aktivitet-etat');
    clean(page);
  });

act('an agency lets a supplier act for it, by keyboard, and takes that back with what the supplier subscribed to', async () => {
  receiver.status = 200;
  receiver.got = [];
  const page = await stage.visitor({ width: 390, beside: [820, 1280] });
  const press = async (role, name, within = page) => {
    await within.getByRole(role, { name }).focus();
    await page.keyboard.press('Enter');
  };
  const shown = async () => (await main(page)).replaceAll('\u00ad', '');
  const fill = async (typed, what) => {
    await page.getByLabel('Organisasjonsnummer').fill('');
    await page.getByLabel('Organisasjonsnummer').focus();
    await page.keyboard.type(typed);
    if (what) {
      await page.getByLabel(what).focus();
      await page.keyboard.press('Space');
    }
    await press('button', 'Gi en leverandør tilgang');
  };
  await login(page, 'Grundig Grevling');
  await page.goto(agency);
  await press('link', 'Gi en leverandør tilgang');
  await page.waitForURL(/\/leverandor$/);
  await look(page, 'ny-leverandor');
  await fill('tull', 'Få beskjed om hendelser');
  await page.locator('.ds-error-summary, [class*=error-summary]').first().waitFor();
  forgive(page);
  assert.equal(await page.getByLabel('Organisasjonsnummer').inputValue(), 'tull', 'nothing typed is lost');
  await look(page, 'ny-leverandor-feil');
  await fill(number, '');  // what was chosen is chosen still
  await page.waitForURL(/gjort=/);
  assert.match(await shown(), /\(organisasjonsnummer [\d\s]+\) har fått tilgangen/);
  assert.match(await shown(), /Fjord og Fjell AS/);
  await look(page, 'grensesnitt-leverandor');
  await press('link', 'Gi en leverandør tilgang');
  await page.waitForURL(/\/leverandor$/);
  await fill(number, 'Hente det som er sendt inn');
  await page.waitForURL(/gjort=/);

  // A system of the supplier's, for the agency, and one of the agency's own.
  const scopes = ['altinn:events.subscribe', 'altinn:serviceowner/instances.read'];
  const system = async (organisation, consumer) => {
    const key = await newKey();
    return { client: addClient(stage.server, { organisation, scopes, key }), key, scope: scopes.join(' '), consumer };
  };
  const subscribe = async (wish, path) => {
    const answer = await fetch(`${stage.origin}/events/api/v1/subscriptions`, {
      method: 'POST', headers: { Authorization: `Bearer ${await machineToken(stage.server, wish)}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ endPoint: `http://localhost:${receiver.port}${path}` }) });
    assert.equal(answer.status, 201);
    const made = await answer.json();
    await page.goto(`${agency}/abonnement/${made.id}`);
    await says(page, /I bruk/);
    return made;
  };
  const own = await subscribe(await system(agencyNumber), '/egen');
  assert.equal(own.createdBy, '/org/dat');
  const suppliers = await system(number, agencyNumber);
  const theirs = await subscribe(suppliers, '/leverandor');
  assert.equal(theirs.createdBy, `/organisation/${number}`);
  assert.match(await shown(), /Laget av Fjord og Fjell AS for Datatilsynet/);
  await look(page, 'abonnement-leverandor');

  await page.goto(agency);
  assert.match(await shown(), /Laget av Fjord og Fjell AS for Datatilsynet/);
  await press('link', /^Ta tilbake/, page.locator('tr', { hasText: 'Fjord og Fjell AS' }).filter({ hasText: 'altinn:events.subscribe' }));
  await page.waitForURL(/\/trekk$/);
  assert.equal(await page.locator('main').getByRole('link', { name: `localhost:${receiver.port}` }).count(), 1, 'what ends with it, and nothing else');
  await look(page, 'leverandor-ta-tilbake');
  await press('button', 'Ja, ta tilbake');
  await page.waitForURL(/gjort=/);
  assert.match(await shown(), /Tilgangen er tatt tilbake/);
  await look(page, 'grensesnitt-leverandor-tatt-tilbake');
  for (const language of ['Nynorsk', 'English', 'Bokmål']) {
    await page.getByRole('link', { name: language, exact: true }).click();
    await page.waitForURL((url) => url.pathname === agency);
    await look(page);
  }
  await assert.rejects(machineToken(stage.server, suppliers), TokenRefused);
  await page.goto(`${agency}/abonnement/${theirs.id}`);
  assert.match(await shown(), /Det sendes ikke noe mer/);
  const { id } = await send();
  const told = (path) => receiver.of('app.instance.process.completed').filter((one) => one.path === path && one.event.source.includes(id));
  for (let tries = 0; tries < 100 && told('/egen').length === 0; tries += 1) await sleep(100);
  assert.equal(told('/egen').length, 1, 'the agency\'s own goes on');
  assert.equal(told('/leverandor').length, 0, 'the supplier\'s has ended');
  clean(page);
});

act('the rest of the staff see what is told to whom, and change nothing', async () => {
  const page = await stage.visitor({ width: 390, beside: [820, 1280] });
  await login(page, 'Klok Kattugle');
  await page.goto(agency);
  assert.match(await main(page), /Den som har Tilgangsstyring for etaten, kan endre/);
  assert.equal(await page.locator('main form').count(), 0);
  await look(page, 'grensesnitt-saksbehandler');
  assert.equal((await page.goto(`${agency}/nokkel`)).status(), 403);
  forgive(page);
  await look(page, 'grensesnitt-ikke-lov');
  clean(page);
});

act('a key that was typed when the session was over is there again after the login', async () => {
  const page = await stage.visitor();
  await login(page, 'Grundig Grevling');
  await page.goto(`${agency}/nokkel`);
  await page.getByLabel('System').fill('Arkivet');
  await page.context().clearCookies({ name: /okt$/ });
  await page.getByRole('button', { name: 'Legg til en nøkkel', exact: true }).click();
  await page.waitForURL((url) => url.pathname.startsWith('/logg-inn'));
  await login(page, 'Grundig Grevling', { to: null, seeing: async () => { await page.getByRole('link', { name: 'BankID', exact: true }).click(); } });
  await page.waitForURL((url) => url.pathname === `${agency}/nokkel`);
  assert.equal(await page.getByLabel('System').inputValue(), 'Arkivet');
  assert.match(await page.locator('#form-restored:focus').innerText(), /Ingenting er lagt til ennå/);
  await page.reload();
  assert.equal(await page.getByLabel('System').inputValue(), '', 'once shown it is forgotten');
});
