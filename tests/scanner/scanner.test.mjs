// Uploads meet a real virus scanner: ClamAV's daemon with a signature of our own for the EICAR test file.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '../lib/client.mjs';
import { Server, sleep } from '../lib/server.mjs';

// The test file's 68 octets, put together here so that no scanner objects to this file.
const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join('');

class Clamd {
  constructor(folder) {
    this.folder = folder;
    this.socket = join(folder, 'clamd.sock');
    mkdirSync(join(folder, 'signatures'));
    writeFileSync(join(folder, 'signatures', 'own.ndb'), `Eicar-Test-Signature:0:*:${Buffer.from(eicar).toString('hex')}\n`);
    writeFileSync(join(folder, 'clamd.conf'), [`LocalSocket ${this.socket}`, `DatabaseDirectory ${join(folder, 'signatures')}`, 'Foreground yes',
      'StreamMaxLength 3M', `LogFile ${join(folder, 'clamd.log')}`, ...(process.getuid() === 0 ? ['User root'] : []), ''].join('\n'));
    chmodSync(folder, 0o755);
  }
  async start() {
    this.child = spawn('/usr/sbin/clamd', ['--config-file', join(this.folder, 'clamd.conf')], { stdio: 'inherit' });
    for (let tries = 0; tries < 300 && !existsSync(this.socket); tries += 1) await sleep(100);
    assert.ok(existsSync(this.socket), 'clamd did not start');
  }
  async stop() {
    const ended = new Promise((done) => this.child.once('exit', done));
    this.child.kill('SIGKILL');
    await ended;
    rmSync(this.socket, { force: true });
  }
}

test('an upload is looked at by a virus scanner before it is kept', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'alting-clamd-'));
  const clamd = new Clamd(folder);
  await clamd.start();
  const server = await Server.demo({ start: false });
  server.configure(`scanner.clamd = "${clamd.socket}"`);
  await server.start();
  t.after(async () => {
    await server.remove();
    if (clamd.child.exitCode === null && clamd.child.signalCode === null) await clamd.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const person = new Client(server.origin);
  await person.login('Modig Måltrost');
  const party = await person.chooseParty('Fjord og Fjell AS');
  const { id } = await person.start(party, 'dat/avviksmelding');
  const address = `/a/${party}/utkast/${id}/side/Vedlegg`;
  const attach = async (name, data) => person.fill(await person.get(address), { 'tag:vedlegg': 'annet' },
    { go: 'upload', files: [{ field: 'file:vedlegg', name, type: 'text/plain', data }] });

  await t.test('a clean file is kept', async () => {
    const page = await attach('logg.txt', 'Alt er i orden.\n');
    assert.equal(page.status, 200);
    assert.match(page.body, /logg\.txt/);
  });
  await t.test('malware is refused, and said so', async () => {
    const page = await attach('rapport.txt', eicar);
    assert.equal(page.status, 422);
    assert.match(page.body, /Vi fant skadevare i filen/);
    assert.doesNotMatch((await person.get(address)).body, /rapport\.txt/);
  });
  await t.test('a file that the scanner does not look at is said to be too large, not to be tried again', async () => {
    const page = await attach('stor.txt', 'Alt er i orden.\n'.repeat(300_000));
    assert.equal(page.status, 422);
    assert.match(page.body, /for stor til å bli kontrollert for skadevare/);
    assert.doesNotMatch(page.body, /svarer ikke nå/);
    assert.doesNotMatch((await person.get(address)).body, /stor\.txt/);
    assert.match(server.lastLog(20_000), /scanner\.limit_is_lower/);
  });
  await t.test('nothing is let through unseen when the scanner is down, and the form stands', async () => {
    await clamd.stop();
    const page = await attach('senere.txt', 'Hei\n');
    assert.equal(page.status, 503);
    assert.equal(page.headers['retry-after'], '5');
    assert.match(page.body, /svarer ikke nå/);
    assert.match(page.body, /logg\.txt/);
    assert.doesNotMatch((await person.get(address)).body, /senere\.txt/);
  });
});

test('a scanner that never answers holds nothing once whoever asked has gone, and the server stops', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'alting-silent-'));
  const waiting = new Set();
  const ends = [];
  const silent = net.createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => {});
    ends.push(new Promise((done) => socket.on('close', () => { waiting.delete(socket); done(); })));
  });
  await new Promise((done) => silent.listen(join(folder, 'clamd'), done));
  const server = await Server.demo({ start: false });
  server.configure(`scanner.clamd = "${join(folder, 'clamd')}"`, 'scanner.max_size_mb = 1');
  await server.start();
  t.after(async () => {
    for (const socket of waiting) socket.destroy();
    await server.remove();
    silent.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const person = new Client(server.origin);
  await person.login('Modig Måltrost');
  const party = await person.chooseParty('Fjord og Fjell AS');
  const { id } = await person.start(party, 'dat/avviksmelding');
  const address = `/a/${party}/utkast/${id}/side/Vedlegg`;
  const attach = async (client, data) => client.fill(await client.get(address), { 'tag:vedlegg': 'annet' },
    { go: 'upload', files: [{ field: 'file:vedlegg', name: 'logg.txt', type: 'text/plain', data }] });

  await t.test('a file over the limit of the settings is refused with that limit', async () => {
    const page = await attach(person, 'x'.repeat(1024 * 1024 + 1));
    assert.equal(page.status, 422);
    assert.match(page.body, /for stor til å bli kontrollert for skadevare[^<]*1 MB/);
    assert.equal(ends.length, 0, 'the scanner was asked');
  });
  await t.test('the work is dropped', async () => {
    const agent = new http.Agent({ keepAlive: true });
    const leaver = new Client(server.origin, { agent });
    for (const [host, cookies] of person.jar) leaver.jar.set(host, new Map(cookies));
    const sent = attach(leaver, 'Hei\n').catch(() => 'gone');
    while (ends.length === 0) await sleep(20);
    agent.destroy();
    await sent;
    const late = sleep(15_000).then(() => 'held');
    assert.notEqual(await Promise.race([ends[0], late]), 'held', 'the scanner is still waited for');
  });
  await t.test('a third upload at once of one person is refused, and another page is served', async () => {
    const copies = [person.copy(), person.copy(), person.copy()];
    const sent = copies.map((copy) => attach(copy, 'Hei\n').catch(() => null));
    const refused = await Promise.any(sent);
    assert.equal(refused.status, 422);
    assert.match(refused.body, /andre filer akkurat nå/);
    assert.equal((await person.get('/hjelp')).status, 200);
  });
  await t.test('SIGTERM ends the server within its 20 seconds, and a little', async () => {
    assert.equal((await server.stop({ timeoutMs: 24_000 })).signal, null, 'it had to be killed');
  });
});
