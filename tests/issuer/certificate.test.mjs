// Organisations that log in with an enterprise certificate: by a real TLS client, by a proxy that hands the certificate on, and refused with the reason
// when something is wrong with it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Client, forms, words } from '../lib/client.mjs';
import { Server, alting } from '../lib/server.mjs';
import { beginWith, getWith, logInWith, numberOf, revoke, testCertificate } from '../lib/certificates.mjs';
import { addClient, requestToken } from '../lib/tokens.mjs';

const proxy = '127.0.0.2';
const day = (offset) => new Date(Date.now() + offset * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Europe/Oslo' });
let server, number, good;

before(async () => {
  server = await Server.demo({ start: false });
  server.configure(`certificate.proxies = ["${proxy}"]`);
  await server.start();
  const manager = new Client(server.origin);
  await manager.login('Modig Måltrost');
  number = await numberOf(manager, 'Fjord og Fjell AS');
  good = testCertificate(server, number);
});
after(async () => { await server?.remove(); });

/** The code that a certificate is refused with at the door. */
async function refusal(certificate, options = {}) {
  const answer = await getWith(certificate, await beginWith(new Client(server.origin)), { root: good.root, ...options, headers: { Accept: 'application/json', ...options.headers } });
  assert.match(answer.headers['content-type'], /application\/problem\+json/, answer.body);
  const { code, title, status } = JSON.parse(answer.body);
  assert.equal(status, answer.status);
  assert.ok(title.length > 20, 'in words too');
  assert.equal(answer.headers['set-cookie'], undefined);
  return code;
}

const least = {
  'avslutning.gradert': 'nei', 'tid.kjennskap.date': day(-1), 'tid.kjennskap.time': '10:00', 'beskrivelse.hva': 'En e-post gikk til feil mottaker.',
  'kontakt.melder.navn': 'Ola Ansatt', 'kontakt.melder.epost': 'ola@fjord.example', 'kontakt.melder.telefon': '22334455', 'melding.resten': ['bekreftet'], 'avslutning.erklaering': ['bekreftet'],
};

test('an organisation logs in over TLS, and sends a breach notice in which a person is named by hand', async () => {
  const client = new Client(server.origin);
  const page = await logInWith(client, good, { to: '/aktor' });
  assert.equal(page.status, 200, page.body);
  assert.match(words(page.body), /Fjord og Fjell AS/i);
  const party = await client.chooseParty('Fjord og Fjell AS');
  const { id, page: first } = await client.start(party, 'dat/avviksmelding', { way: 'kort' });
  assert.match(first.body, /name="kontakt.melder.navn"/, 'nobody is known, so the form asks who reports');
  await client.fill(first, least);
  await client.send(party, id);
  const sent = JSON.parse((await client.get(`/a/${party}/sak/${id}/skjema.json`)).body);
  assert.equal(sent.data.kontakt.melder.navn, 'Ola Ansatt');
  const receipt = await client.receipt(party, id);
  assert.match(receipt, /FJORD OG FJELL AS|Fjord og Fjell AS/);
});

test('the older profile, with the number in serialNumber, logs in too', async () => {
  const client = new Client(server.origin);
  const page = await logInWith(client, testCertificate(server, number, { profile: 'seid1' }), { to: '/aktor' });
  assert.equal(page.status, 200, page.body);
});

test('each certificate that is wrong is refused with its reason', async () => {
  const wrong = [
    ['expired', 'error.certificate.expired'], ['not-yet-valid', 'error.certificate.not_yet_valid'], ['signature', 'error.certificate.wrong_usage'],
    ['encryption', 'error.certificate.wrong_usage'], ['policy', 'error.certificate.wrong_policy'], ['chain', 'error.certificate.untrusted_chain'],
  ];
  for (const [fault, code] of wrong) assert.equal(await refusal(testCertificate(server, number, { fault })), code, fault);
  assert.equal(await refusal(null), 'error.certificate.none_presented');
  assert.equal(await refusal(testCertificate(server, '310999911')), 'error.certificate.unknown_organisation');
});

test('a person reads the reason in their own language', async () => {
  const certificate = testCertificate(server, number, { fault: 'signature' });
  for (const [language, told] of [['nb', /ikke for å logge inn/], ['nn', /ikkje for å logge inn/], ['en', /not for logging in/]]) {
    const answer = await getWith(certificate, await beginWith(new Client(server.origin, { language }), { to: '/skjema' }));
    assert.equal(answer.status, 403);
    assert.match(answer.body, told);
    assert.match(answer.body, new RegExp(`<html[^>]*lang="${language}"`));
    assert.match(answer.body, /href="\/\?til=\/skjema"/, 'a way back');
  }
});

test('a certificate that its issuer revokes is refused from the next login on', async () => {
  const certificate = testCertificate(server, number);
  assert.equal((await logInWith(new Client(server.origin), certificate, { to: '/aktor' })).status, 200);
  revoke(server, certificate);
  assert.equal(await refusal(certificate), 'error.certificate.revoked');
  assert.equal((await logInWith(new Client(server.origin), good, { to: '/aktor' })).status, 200, 'another of the same organisation is not');
});

test('a certificate counts in the header of a listed proxy, and in nobody else\'s', async () => {
  const [own, ...above] = good.x5c;
  const headers = { 'Client-Cert': `:${own}:`, 'Client-Cert-Chain': above.map((one) => `:${one}:`).join(', ') };
  const client = new Client(server.origin);
  const back = await getWith(null, await beginWith(client, { to: '/aktor' }), { root: good.root, from: proxy, headers });
  assert.equal(back.status, 303, back.body);
  assert.equal((await client.get(back.headers.location)).status, 200);
  assert.equal(await refusal(null, { headers }), 'error.certificate.from_no_proxy');
  assert.equal(await refusal(good, { headers }), 'error.certificate.from_no_proxy', 'though the sender has a certificate of its own');
});

test('the answer of the door is good in the browser that began, with its code, and once', async () => {
  const client = new Client(server.origin);
  const back = (await getWith(good, await beginWith(client, { to: '/aktor' }))).headers.location;
  const stranger = await new Client(server.origin).get(back);
  assert.equal(stranger.status, 403);
  const guessed = new URL(back);
  guessed.searchParams.set('kode', 'A'.repeat(43));
  assert.equal((await client.get(guessed.href)).status, 403);
  assert.equal((await client.get(back)).status, 403, 'after a wrong code the right one is too late');
});

test('the door has nothing but the login', async () => {
  for (const path of ['/innboks', '/logg-inn', '/logg-inn/sertifikat/svar', '/openapi.json', '/logg-inn/sertifikat']) {
    const answer = await getWith(good, server.door + path);
    assert.ok([403, 404].includes(answer.status), `${path}: ${answer.status}`);
    assert.equal(answer.headers['set-cookie'], undefined);
  }
  const front = await getWith(good, `${server.door}/?til=/skjema`);
  assert.equal(front.headers.location, `${server.origin}/logg-inn?til=/skjema`);
});

test('alting doctor says step by step whether a certificate would be taken', () => {
  const taken = alting(['doctor', '--certificate', good.certificatePath, ...server.where]);
  assert.equal(taken.status, 0, taken.out);
  for (const step of ['read:', 'chain:', 'key usage:', 'policy:', `organisation: ${number}`, 'revocation:']) assert.ok(taken.out.includes(`ok     ${step}`), `${step} in ${taken.out}`);
  const refused = alting(['doctor', '--certificate', testCertificate(server, number, { fault: 'encryption' }).certificatePath, ...server.where]);
  assert.equal(refused.status, 1);
  assert.match(refused.out, /FAULT {2}the certificate is for signing or encryption/);
});

test('who manages the access of the business ends a certificate, and it is out at once and for good', async () => {
  const certificate = testCertificate(server, number), inside = new Client(server.origin), scope = 'altinn:events.subscribe';
  const client = addClient(server, { organisation: number, scopes: [scope] });
  const token = async ({ key, x5c }) => (await requestToken(server, { client, scope, certificate: { key, chain: x5c } })).json;
  assert.ok((await token(certificate)).access_token);
  assert.equal((await logInWith(inside, certificate, { to: '/profil' })).status, 200);
  const manager = new Client(server.origin);
  await manager.login('Modig Måltrost');
  const party = await manager.chooseParty('Fjord og Fjell AS');
  const page = await manager.get(`/a/${party}/tilgang/sertifikat`);
  const lastUsed = forms(page.body).find((one) => /\/sertifikat\/[^/]+\/avslutt$/.test(one.action));
  await manager.submit(page, lastUsed, {}, { button: lastUsed.buttons[0] });
  const next = await inside.get('/profil', { follow: false });
  assert.notEqual(next.status, 200, 'the next request already');
  const again = await logInWith(inside, certificate, { to: '/profil' });
  assert.equal(again.status, 403);
  assert.match(words(again.body), /har avsluttet dette sertifikatet/);
  assert.match((await token(certificate)).error_description, /error\.certificate\.ended/, 'nor is it worth a token');
});

test('an operator ends an organisation\'s sessions by its number', async () => {
  const client = new Client(server.origin);
  await logInWith(client, good, { to: '/aktor' });
  const listed = alting(['sessions', ...server.where]);
  assert.match(listed.out, / organisation [0-9a-f-]{36} {2}level 3 {2}Virksomhetssertifikat/);
  assert.equal(alting(['sessions', '--end-organisation', number, ...server.where]).status, 0);
  const page = await client.get('/aktor', { follow: false });
  assert.notEqual(page.status, 200);
});
