// The whole way of a notice through real servers: the program hands it to Postfix, Dovecot keeps it, and what cannot be delivered comes back
// as Postfix says it, into a mailbox that the program reads. Who sent it sees what became of it, and never an address.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, links, words } from '../lib/client.mjs';
import { numberOf } from '../lib/certificates.mjs';
import { letterOf, openLetter, sendLetter } from '../lib/messages.mjs';
import { Server, alting, sleep } from '../lib/server.mjs';
import { ended } from './post.mjs';
import { MailServers } from './real_servers.mjs';
import { partsOf, readMail } from './read_mail.mjs';
import { verdicts } from './verify_dkim.mjs';

// Both are registered for the business, and both are told.
const firmMail = 'varsel@fjordogfjellas.example', leaderMail = 'daglig.leder@fjordogfjellas.example', personMail = 'glad.havorn@eksempel.example';
let mail, server, clerk, manager, party, firm, person, personNumber, self;

async function until(so, what, patience = 60_000) {
  for (const end = Date.now() + patience; ;) {
    const found = await so();
    if (found) return found;
    if (Date.now() > end) assert.fail(`${what}:\n${mail.said()}\n${server.lastLog(200_000).split('\n').filter((line) => !line.includes('"event":"request"')).join('\n').slice(-3000)}`);
    await sleep(100);
  }
}
/** The clerk's page of what was sent, once it says so, in words. */
const clerkSees = (batch, wanted) => until(async () => {
  const page = await clerk.get(`/etat/dat/meldinger/${batch}`);
  assert.equal(page.status, 200);
  const said = words(page.body);
  return wanted.test(said) && said;
}, `the sender sees ${wanted}`);
const noAddress = (text) => assert.doesNotMatch(text.replaceAll('hjelp@alting.example', ''), /\S@\S|fjordogfjell|glad\.havorn/);

before(async () => {
  mail = await MailServers.start();
  for (const address of [firmMail, leaderMail, personMail, 'modig.moltrost@eksempel.example']) mail.add(address);
  for (const [name, words] of [['rsa', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']], ['ed', ['-algorithm', 'ed25519']]])
    execFileSync('openssl', ['genpkey', ...words, '-out', join(mail.folder, `dkim-${name}.pem`)], { stdio: 'ignore' });
  server = await Server.demo({ start: false });
  server.configure(...mail.settings(), `mail.dkim_keys = ["rsa2026=${mail.folder}/dkim-rsa.pem", "ed2026=${mail.folder}/dkim-ed.pem"]`, 'notify.quiet_minutes = 0');
  await server.start();
  [clerk, manager, person] = [0, 1, 2].map(() => new Client(server.origin));
  [{ number: personNumber }] = await person.people('Havørn');
  await clerk.login('Klok Kattugle', { to: '/etat/dat' });
  await manager.login('Modig Måltrost');
  await person.login('Glad Havørn');
  party = await manager.chooseParty('Fjord og Fjell AS');
  firm = await numberOf(manager, 'Fjord og Fjell AS');
  self = await person.chooseParty('Glad Havørn');
});
after(async () => {
  await server?.remove();
  await mail?.remove();
});

test('a message to a business and a person is told of by mail through the relay, and who sent it sees it opened', async () => {
  const batch = await sendLetter(clerk, { to: [firm, personNumber], title: 'Om internkontroll hos dere', text: 'Vi ber om **svar**.' });
  const [toFirm, toLeader, toPerson] = await Promise.all([firmMail, leaderMail, personMail].map((address) => mail.arrives(address)));
  await clerkSees(batch, /Overlevert.*Overlevert/);
  for (const [address, octets] of [[firmMail, toFirm], [leaderMail, toLeader], [personMail, toPerson]]) {
    const got = readMail(octets);
    assert.equal(got.one('To'), `<${address}>`);
    assert.equal(got.one('Auto-Submitted'), 'auto-generated');
    assert.match(got.one('Message-ID'), /^<notice\.[0-9a-f]{32}@alting\.example>$/);
    assert.match(got.one('Return-Path'), /^<bounce\+[0-9a-z.-]+@alting\.example>$/i);
    assert.match(got.one('From'), /^"Alting"\s+<ikke-svar@alting\.example>$/);
    assert.match(got.one('Content-Language') ?? 'nb', /^n[bn]$/);
    const parts = partsOf(got);
    assert.deepEqual(parts.map((part) => part.type), ['text/plain', 'text/html']);
    for (const { text } of parts) {
      assert.match(text, /Datatilsynet/);
      assert.match(text, new RegExp(`localhost:${server.port}`), 'the address to type');
      assert.doesNotMatch(text, /https?:|href|src=|internkontroll|svar\*/, 'no link, and nothing of what it is about');
      assert.ok(!text.includes(personNumber));
    }
  }
  assert.match(partsOf(readMail(toFirm))[0].text, /Fjord og Fjell AS/);
  for (const name of ['Return-Path', 'Message-ID']) assert.equal(new Set([toFirm, toLeader, toPerson].map((octets) => readMail(octets).one(name))).size, 3, `a ${name} for each`);
  const received = readMail(toFirm).all('Received').join('\n');
  assert.match(received, /by relay\.example \(Postfix\) with ESMTPSA/, 'over TLS, logged in');

  const id = await letterOf(manager, party, 'Om internkontroll hos dere');
  assert.match(await openLetter(manager, party, id).then((page) => words(page.body)), /Vi ber om svar/);
  noAddress(await clerkSees(batch, /1 av 2 har åpnet/));
  await openLetter(person, self, await letterOf(person, self, 'Om internkontroll hos dere'));
  await clerkSees(batch, /2 av 2 har åpnet/);
});

test('each signature, RSA and Ed25519, is accepted by two verifiers of others with the records that the doctor prints, and by none after a change', () => {
  const { out } = alting(['doctor', ...server.where]);
  const records = Object.fromEntries([...out.matchAll(/^\s*(\S+\._domainkey\.alting\.example)\. IN TXT (.*)$/gm)].map(([, name, strings]) => [name, [...strings.matchAll(/"([^"]*)"/g)].map(([, one]) => one).join('')]));
  assert.deepEqual(Object.keys(records).sort(), ['ed2026._domainkey.alting.example', 'rsa2026._domainkey.alting.example'], out);
  const [octets] = mail.mailbox(firmMail);
  assert.deepEqual(verdicts(octets, records), { opendkim: { 'rsa-sha256': true, 'ed25519-sha256': true }, dkimpy: { 'rsa-sha256': true, 'ed25519-sha256': true }, 'Mail::DKIM': { 'rsa-sha256': true } });
  const text = octets.toString('latin1');
  const refused = { opendkim: { 'rsa-sha256': false, 'ed25519-sha256': false }, dkimpy: { 'rsa-sha256': false, 'ed25519-sha256': false }, 'Mail::DKIM': { 'rsa-sha256': false } };
  for (const changed of [text.replace('Datatilsynet', 'Datatilsymet'), text.replace(/^Subject: .*$/m, 'Subject: Noe annet'), text.replace(/^From: /m, 'From: <svindel@ond.example>\r\nFrom: ')]) {
    assert.notEqual(changed, text);
    assert.deepEqual(verdicts(Buffer.from(changed, 'latin1'), records), refused);
  }
});

test('mail to an address that does not exist comes back, and the sender, the person and the business see it, though the program is killed while it reads that', async () => {
  for (const address of [firmMail, leaderMail, personMail]) mail.users.delete(address);
  mail.add('somebody.else@eksempel.example');
  await server.stop();
  server.env = { ALTING_FAILPOINT: 'notify.bounce_taken=kill' };
  await server.start();
  const batch = await sendLetter(clerk, { to: [firm, personNumber], title: 'Kommer i retur', text: 'Les dette.' });
  await until(() => (mail.log('postfix.log').match(/sender non-delivery notification/g) ?? []).length >= 3, 'Postfix reports each');
  assert.equal((await ended(server))?.signal, 'SIGKILL', 'it is killed when it has understood the first report, and before it removed that');
  // As if the lease of the job that the dead process had in hand were over.
  execFileSync('python3', ['-c', 'import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as one: one.execute("UPDATE job SET leased_until = 0, due_at = 0 WHERE code = \'read_bounces\'")', join(server.folder, 'data/alting.db')]);
  server.env = {};
  await server.start();
  const said = await clerkSees(batch, /(Kom ikke fr[ae]m.*){2}/);
  noAddress(said);
  assert.match(said, /Kom i retur/);
  const { href } = links((await clerk.get(`/etat/dat/meldinger/${batch}`)).body).find((one) => one.href.includes('/mottaker'));
  const whole = words((await clerk.get(href)).body);
  assert.match(whole, /5\.1\.1 .*User doesn't exist/, 'with the words of the server that refused it');
  noAddress(whole);
  await until(() => mail.mailbox(MailServers.bounces.user).length === 0, 'what was understood is removed');

  const inbox = words((await person.get(`/a/${self}/innboks`)).body);
  assert.match(inbox, /En adresse virker ikke/);
  const again = new Client(server.origin);
  const landed = words((await again.login('Glad Havørn', { to: '/innboks' })).body);
  assert.match(landed, /En adresse virker ikke/, 'told after the next login');
  assert.match(landed, /g[*]+@e[*]+\.example/);
  const business = words((await manager.get(`/a/${party}/innboks`)).body);
  assert.match(business, /Den eneste varslingsadressen virker ikke|Ingen av varslingsadressene virker/);
  assert.match(business, /v[*]+@f[*]+\.example/);

  const next = await sendLetter(clerk, { to: [firm], title: 'Etter returen', text: 'Les dette.' });
  await clerkSees(next, /Kom ikke fr[ae]m|Ingen digital adresse/);
  assert.equal(mail.log('postfix.log').match(/to=<varsel@fjordogfjellas\.example>.*status=bounced/g).length, 1, 'it is not written to again');
});

test('a relay without TLS, and one whose certificate nobody knows, get nothing, not even the password', async () => {
  mail.add(personMail);
  for (const [port, scheme, reason] of [[mail.ports.plain, 'smtp', /the relay offers no STARTTLS/], [mail.ports.untrusted, 'smtp', /certificate/i], [mail.ports.plain, 'smtps', /SSL/]]) {
    const before = mail.mailbox(personMail).length;
    const other = await Server.demo({ start: false });
    try {
      other.configure(...mail.settings(port, scheme), 'notify.quiet_minutes = 0');
      const doctor = alting(['doctor', ...other.where]);
      assert.match(/^FAULT  mail relay: (.*)$/m.exec(doctor.out)?.[1] ?? doctor.out, reason, 'the doctor says why');
      await other.start();
      const writes = new Client(other.origin);
      await writes.login('Klok Kattugle', { to: '/etat/dat' });
      const tried = mail.log('postfix.log').length;
      const batch = await sendLetter(writes, { to: [personNumber], title: 'Uten TLS', text: 'Les dette.' });
      const { href } = links((await writes.get(`/etat/dat/meldinger/${batch}`)).body).find((one) => one.href.includes('/mottaker'));
      await until(async () => reason.test(words((await writes.get(href)).body)), 'the sender sees why');
      await until(() => /disconnect from|lost connection/.test(mail.log('postfix.log').slice(tried)), 'the relay is left');
      const log = mail.log('postfix.log').slice(tried);
      assert.doesNotMatch(log, /sasl_username|from=<|\bmail=1|\bdata=1|\bauth=/, log);
      assert.equal(mail.mailbox(personMail).length, before);
    } finally {
      await other.remove();
    }
  }
});

test('TLS from the first octet serves as well as STARTTLS', async () => {
  server.configure(...mail.settings(mail.ports.tls, 'smtps'), 'notify.quiet_minutes = 0');
  await server.stop();
  await server.start();
  assert.match(alting(['doctor', ...server.where]).out, /^ok     mail relay: smtps:[^]*^ok     mailbox of bounces: imaps:/m);
  const [{ number }] = await new Client(server.origin).people('Måltrost');
  await sendLetter(clerk, { to: [number], title: 'Om smtps', text: 'Les dette.' });
  assert.match(readMail(await mail.arrives('modig.moltrost@eksempel.example')).one('Message-ID'), /^<notice\./);
});
