// What the breach notification asks, and when: the short way with as little as may be sent, what becomes a promise, whose awareness the clock runs
// from, when a reason is asked for, and answers that contradict each other. By posting pages alone, as browsers without scripts do.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Client, form, words } from '../lib/client.mjs';
import { Server } from '../lib/server.mjs';

const breach = 'dat/avviksmelding';
const day = (offset) => new Date(Date.now() + offset * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Europe/Oslo' });
let server, client, party;

before(async () => {
  server = await Server.demo();
  client = new Client(server.origin);
  await client.login('Modig Måltrost');
  party = await client.chooseParty('Fjord og Fjell AS');
});
after(async () => { await server?.remove(); });

const at = (id, page) => `/a/${party}/utkast/${id}/${page}`;
const overview = async (id) => words((await client.get(at(id, 'oversikt'))).body);
const sent = async (id) => JSON.parse((await client.get(`/a/${party}/sak/${id}/skjema.json`)).body);
/** Posts answers to a page; new questions are met by the next call. */
const answer = async (id, page, values, go = 'close') => client.fill(await client.get(at(id, `side/${page}`)), values, { go });
const asked = (page) => new Set([...form(page.body, '#form-page').fields.map(([name]) => name), ...Object.keys(form(page.body, '#form-page').choices)]);

const least = {
  'avslutning.gradert': 'nei', 'tid.kjennskap.date': day(-1), 'tid.kjennskap.time': '10:00', 'beskrivelse.hva': 'En e-post gikk til feil mottaker.',
  'kontakt.melder.telefon': '22334455', 'melding.resten': ['bekreftet'], 'avslutning.erklaering': ['bekreftet'],
};

test('six answers are enough, and all else that is wanted is promised', async () => {
  const { id, page } = await client.start(party, breach, { way: 'kort' });
  assert.match(page.path, /side\/Viktigste/);
  const there = asked(page);
  for (const name of ['tid.forsinkelse', 'tid.kjennskapAnsvarlig.date', 'kontakt.melder.navn', 'beskrivelse.hovedaarsakAnnet']) assert.ok(!there.has(name), `${name} is not asked`);
  await client.fill(page, least);
  assert.doesNotMatch(await overview(id), /må fylles ut eller rettes/i);
  await client.send(party, id);
  const { data, later } = await sent(id);
  assert.equal(data.melding.type, 'ny_trinnvis');
  assert.equal(data.melding.vei, 'kort');
  assert.equal(data.virksomhet.rolle, 'behandlingsansvarlig');
  assert.equal(data.kontakt.melder.navn, 'Modig Måltrost', 'from the login');
  assert.equal(data.kontakt.type, 'samme_som_melder');
  assert.equal(data.avslutning.mer, 'ja');
  assert.equal(data.tid.regnesFra, data.tid.kjennskap);
  assert.equal(Date.parse(data.tid.frist) - Date.parse(data.tid.kjennskap), 72 * 3_600_000);
  const promised = later.map((one) => one.path);
  // Art. 33 no. 3: kinds and numbers of people and records, consequences, measures; each as far as it is known.
  for (const path of ['beskrivelse.hovedaarsak', 'beskrivelse.bruddtype', 'beroerte.relasjon', 'beroerte.antall', 'beroerte.posterForm', 'opplysninger.typer', 'konsekvenser.skade',
                      'konsekvenser.risiko', 'tiltak.kort', 'informasjon.status', 'tid.oppdaget'])
    assert.ok(promised.includes(path), `${path} is promised`);
  assert.equal(new Set(promised).size, promised.length, 'each once');
  for (const path of ['beroerte.antallForm', 'tiltak.stanse', 'avslutning.merDato', 'kontakt.melder.tittel']) assert.ok(!promised.includes(path), `${path} is not`);

  // The addition asks for them on its one page, and what is answered is promised no more.
  const more = await client.start(party, breach, { adds: id });
  assert.match(more.page.path, /side\/Tillegg/);
  const open = asked(more.page);
  for (const name of ['beroerte.antall', 'tiltak.kort', 'beskrivelse.hovedaarsak', 'opplysninger.straff', 'konsekvenser.risiko']) assert.ok(open.has(name), `${name} is asked for`);
  for (const name of ['tillegg.hva', 'tid.kjennskap.date', 'melding.resten', 'tid.forsinkelse']) assert.ok(!open.has(name), `${name} is not`);
  await client.fill(more.page, { 'tillegg.gradert': 'nei', 'beroerte.antall': '120', 'beskrivelse.hovedaarsak': 'feil_mottaker', 'tillegg.erklaering': ['bekreftet'] });
  await client.send(party, more.id);
  const addition = await sent(more.id);
  const changed = addition.changes.map((one) => one.path).filter((path) => !path.startsWith('avslutning.mer')).sort();
  assert.deepEqual(changed, ['beroerte.antall', 'beroerte.antallForm', 'beskrivelse.hovedaarsak'], 'and no text was needed');
  const left = addition.later.map((one) => one.path);
  assert.ok(!left.includes('beroerte.antall') && !left.includes('beskrivelse.hovedaarsak') && left.includes('konsekvenser.risiko'));
});

test('"we do not know yet" is kept and is a promise, in a list and in words', async () => {
  const { id, page } = await client.start(party, breach, { way: 'kort' });
  await client.fill(page, { ...least, 'beskrivelse.hovedaarsak': 'ukjent', 'beroerte.relasjon': ['ansatte', 'ukjent'], 'tiltak.kort': 'Postmottaket er stengt. HER vil det  komme mer informasjon!' });
  await answer(id, 'Hendelse', { 'beskrivelse.tidligereLike': 'vet_ikke', 'beskrivelse.cyber': 'vet_ikke' });
  await client.send(party, id);
  const { data, later } = await sent(id);
  const promised = later.map((one) => one.path);
  assert.equal(data.beskrivelse.hovedaarsak, 'ukjent');
  for (const path of ['beskrivelse.hovedaarsak', 'beroerte.relasjon', 'tiltak.kort', 'beskrivelse.cyber']) assert.ok(promised.includes(path), path);
  assert.ok(!promised.includes('beskrivelse.tidligereLike'), 'nobody has to come back to what was not wanted');
});

test('a processor says when the controller became aware, and the clock runs from there', async () => {
  const { id, page } = await client.start(party, breach, { way: 'kort' });
  let now = await client.fill(page, { ...least, 'tid.kjennskap.date': day(-9), 'virksomhet.rolle': 'databehandler_paa_vegne' });
  assert.doesNotMatch(await overview(id), /forklare hvorfor|etter fristen/i, 'nothing is late before it is known from when');
  now = await client.get(at(id, 'side/Viktigste'));
  assert.ok(asked(now).has('tid.kjennskapAnsvarlig.date'));
  assert.match(await overview(id), /Når fikk den behandlingsansvarlige kjennskap/);
  await client.fill(now, { 'tid.kjennskapAnsvarlig.date': day(-1), 'tid.kjennskapAnsvarlig.time': '11:00' });
  const receipt = await client.send(party, id);
  assert.match(words(receipt.body), /innen fristen/i);
  const { data } = await sent(id);
  assert.equal(data.tid.regnesFra, data.tid.kjennskapAnsvarlig);
  assert.equal(Date.parse(data.tid.frist) - Date.parse(data.tid.kjennskapAnsvarlig), 72 * 3_600_000);
});

test('who is late says why, on the same page, and nobody else is asked', async () => {
  const { id, page } = await client.start(party, breach, { way: 'kort' });
  await client.fill(page, { ...least, 'tid.kjennskap.date': day(-7) });
  await assert.rejects(client.send(party, id));
  const late = await client.get(at(id, 'side/Viktigste'));
  assert.ok(asked(late).has('tid.forsinkelse') && asked(late).has('tid.forsinkelseTekst'));
  await client.fill(late, { 'tid.forsinkelse': ['undersoekelse'], 'tid.forsinkelseTekst': 'Vi måtte finne ut hva som var sendt.' });
  assert.match(words((await client.send(party, id)).body), /etter fristen/i);
});

test('a notice that is called complete holds no promises, and says how to change that', async () => {
  const { id } = await client.start(party, breach);
  await answer(id, 'Melding', { 'avslutning.gradert': 'nei', 'melding.type': 'ny_fullstendig' });
  await answer(id, 'Sted', { 'later:sted.beskriv': ['on'] });
  assert.match(await overview(id), /En fullstendig melding kan ikke ha svar som kommer senere.*Ny melding, og vi sender mer senere/);
  await answer(id, 'Melding', { 'melding.type': 'ny_trinnvis' });
  assert.doesNotMatch(await overview(id), /En fullstendig melding kan ikke/);
});

test('answers that contradict each other are told', async () => {
  const { id } = await client.start(party, breach);
  await answer(id, 'Konsekvenser', { 'konsekvenser.risiko': 'ingen_risiko', 'konsekvenser.sannsynlighet': 'svaert_hoey', 'konsekvenser.alvor': 'svaert_stor' });
  await answer(id, 'Beroerte', { 'beroerte.adressesperre': 'ja' });
  let told = await overview(id);
  assert.match(told, /sannsynligheten er svært høy, og at risiko er usannsynlig/);
  assert.match(told, /noen med fortrolig adresse kan være berørt/);
  assert.match(told, /konsekvensene er svært store/);
  await answer(id, 'Konsekvenser', { 'konsekvenser.risiko': 'hoey_risiko' });
  await answer(id, 'Informasjon', { 'informasjon.status': 'vurderes' });
  told = await overview(id);
  assert.match(told, /Det er bare unntakene i loven dere kan vurdere/);
  assert.doesNotMatch(told, /risiko er usannsynlig/);
  await answer(id, 'Grense', { 'grense.grenseoverskridende': 'ja' });
  await answer(id, 'Grense', { 'grense.ledendeTilsyn': 'SE' });
  assert.match(await overview(id), /Er tilsynet i et annet land det ledende/);
});

test('after sending it is said what is to be done, with a text for those affected when the risk is high', async () => {
  const { id, page } = await client.start(party, breach, { way: 'kort' });
  await client.fill(page, { ...least, 'beskrivelse.hovedaarsak': 'dataangrep' });
  await answer(id, 'Konsekvenser', { 'konsekvenser.risiko': 'hoey_risiko' });
  const told = words((await client.send(party, id)).body);
  assert.match(told, /Informer de berørte nå/);
  assert.match(told, /brudd på sikkerheten for personopplysninger hos Fjord og Fjell AS/i);
  for (const part of [/Hva har skjedd/, /Hva det kan føre til for deg/, /Hva vi har gjort/, /Hva du kan gjøre selv/, /Kontakt \[navn/]) assert.match(told, part);
  assert.match(told, /Send resten når dere vet det/);
  assert.match(told, /Vurder å anmelde til politiet/);
  assert.doesNotMatch(told, /Vurder hvor stor risikoen er/);
});
