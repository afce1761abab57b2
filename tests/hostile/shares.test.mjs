// One client among many, behind a trusted proxy that says who each is: what one may have, and that the others notice nothing.
import { test, before, after, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Client, form, words } from '../lib/client.mjs';
import { Server, freePorts, program } from '../lib/server.mjs';

let server, metricsPort;

before(async () => {
  server = await Server.demo({ start: false });
  metricsPort = await freePorts();
  server.configure('server.trusted_proxies = ["127.0.0.1"]', `server.metrics_port = ${metricsPort}`, 'login.starts_per_minute = 20',
                   'server.connections = 600', 'server.free_disk_percent = 99');
  await server.start();
});
after(async () => server?.remove());
afterEach(async () => {
  assert.equal(server.child.exitCode, null, `the server ended:\n${server.lastLog()}`);
  assert.equal(statusOf(await raw(get('/', '198.51.100.77'))), 200, 'another client is not served');
});

/** Sends octets as they are; gives what came back until the server closed, or `ms` went by. */
function raw(octets, { ms = 10_000, port = server.port } = {}) {
  return new Promise((done) => {
    const socket = net.connect(port, '127.0.0.1');
    let got = '';
    const timer = setTimeout(() => { socket.destroy(); done(got); }, ms);
    socket.on('data', (part) => { got += part.toString('latin1'); });
    socket.on('close', () => { clearTimeout(timer); done(got); });
    socket.on('error', () => {});
    socket.on('connect', () => socket.write(octets));
  });
}
const statusOf = (text) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);
const get = (target, client, more = '') => `GET ${target} HTTP/1.1\r\nHost: localhost:${server.port}\r\nX-Forwarded-For: ${client}\r\n${more}Connection: close\r\n\r\n`;
async function counted(name, labels) {
  const text = await raw('GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', { port: metricsPort });
  assert.equal(statusOf(text), 200, 'no metrics');
  return Number(new RegExp(`^${name}\\{${labels}\\} (\\d+)`, 'm').exec(text)?.[1] ?? new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

test('metrics are at their own address, and nowhere a proxy leads', async () => {
  assert.equal(statusOf(await raw('GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', { port: metricsPort })), 200);
  for (const header of ['', 'X-Forwarded-For:\r\n', 'X-Forwarded-For:\r\nX-Forwarded-For: 10.1.2.3\r\n', 'Forwarded:\r\n', 'X-Forwarded-For: 127.0.0.1\r\n']) {
    assert.equal(statusOf(await raw(`GET /metrics HTTP/1.1\r\nHost: localhost\r\n${header}Connection: close\r\n\r\n`)), 404, header);
  }
  assert.equal(statusOf(await raw('GET /skjema HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', { port: metricsPort })), 404);
});

test('a client cannot choose its own network by a header line of its own', async () => {
  await raw(`GET /hjelp HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 66.66.66.66\r\nX-Forwarded-For: 10.1.2.3:4711\r\nConnection: close\r\n\r\n`);
  const line = readFileSync(server.log, 'utf8').split('\n').filter((one) => one.includes('"/hjelp"')).pop();
  assert.equal(JSON.parse(line).network, '10.1.2.0');
});

test('a target in absolute form is taken, and its host believed', async () => {
  assert.equal(statusOf(await raw(`GET http://localhost:${server.port}/skjema HTTP/1.1\r\nHost: localhost:${server.port}\r\nConnection: close\r\n\r\n`)), 200);
  for (const target of ['http://', 'http:///skjema', 'http://a@localhost/skjema', 'ftp://localhost/skjema', 'http://localhost/../skjema', 'localhost:80', 'javascript:alert(1)']) {
    assert.equal(statusOf(await raw(`GET ${target} HTTP/1.1\r\nHost: localhost:${server.port}\r\nConnection: close\r\n\r\n`)), 400, target);
  }
});

test('one network that begins logins keeps nobody else from logging in', async () => {
  const start = (from) => raw(get('/logg-inn/start?til=/', from));
  const answers = [];
  for (let i = 0; i < 30; i += 1) answers.push(await start(`203.0.113.${i}`));
  assert.deepEqual([...new Set(answers.slice(0, 20).map(statusOf))], [303]);
  assert.deepEqual([...new Set(answers.slice(20).map(statusOf))], [503]);
  assert.match(answers.at(-1), /Retry-After: \d+/);
  assert.equal(statusOf(await start('198.51.100.5')), 303);
  assert.equal(await counted('alting_login_refused_total', ''), 10);
});

test('people who log in and finish it are not counted', async () => {
  for (let i = 0; i < 25; i += 1) {
    const client = new Client(server.origin);
    await client.login('Modig Måltrost');
  }
});

test('hundreds of strangers with a large form hold no memory: it is not read', async () => {
  const size = 1_000_000;
  const head = `POST /a/00000000-0000-4000-8000-000000000000/utkast/00000000-0000-4000-8000-000000000000/side/x/lagre HTTP/1.1\r\nHost: localhost:${server.port}\r\nX-Forwarded-For: 203.0.113.9\r\nCookie: alting-token=${'A'.repeat(48)}; alting-okt=${'A'.repeat(43)}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${size}\r\n\r\n`;
  const sockets = Array.from({ length: 300 }, () => raw(head + 'x'.repeat(size - 1), { ms: 15_000 }));
  const statuses = (await Promise.all(sockets)).map(statusOf);
  assert.ok(statuses.every((status) => [0, 403, 503].includes(status)), [...new Set(statuses)].join());
  assert.ok(statuses.some((status) => status === 403));
  assert.equal(await counted('alting_http_memory_octets', ''), 0);
});

test('documents to be verified are hashed and not kept on the disk', async () => {
  const stranger = new Client(server.origin);
  const page = await stranger.get('/kvittering');
  const answer = await stranger.submit(page, form(page.body, '/kvittering'), {}, { files: [{ field: 'dokument', name: 'a.pdf', type: 'application/pdf', data: Buffer.alloc(20 * 1024 * 1024, 'x') }] });
  assert.equal(answer.status, 422);  // no receipt is among them
  assert.equal(await counted('alting_http_upload_octets', ''), 0);
});

test('logging out clears what pages kept in the browser', async () => {
  const client = new Client(server.origin);
  await client.login('Modig Måltrost');
  const page = await client.get('/aktor');
  const answer = await client.submit(page, form(page.body, '/logg-ut'), {}, { follow: false });
  assert.match(answer.headers['clear-site-data'] ?? '', /"storage"/);
});

test('it is said where a hole in the portal can be told', async () => {
  const answer = await raw(get('/.well-known/security.txt', '198.51.100.9'));
  assert.match(answer, /^Contact: mailto:hjelp@alting\.example$/m);
  const expires = new Date(/^Expires: (\S+)$/m.exec(answer)[1]);
  assert.ok(expires > Date.now() + 20 * 86_400_000 && expires < Date.now() + 366 * 86_400_000);
});

test('a hangup asks for the certificate again, and ends nothing', async () => {
  server.child.kill('SIGHUP');
  assert.equal(statusOf(await raw(get('/healthz', '198.51.100.9'))), 200);
});

/** One who posts `sent` of 60 kB and then stays silent; `answered` holds what came back. */
function slowPost(client, sent = 'abc') {
  const socket = net.connect(server.port, '127.0.0.1');
  const one = { socket, answered: '' };
  socket.on('data', (part) => { one.answered += part.toString('latin1'); });
  socket.on('error', () => {});
  socket.write(`POST /logg-ut HTTP/1.1\r\nHost: localhost:${server.port}\r\nX-Forwarded-For: ${client}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n${sent}`);
  return one;
}
async function until(what, check) {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    if (await check()) return;
    await new Promise((done) => { setTimeout(done, 25); });
  }
  assert.fail(what);
}

test('one network that posts slowly has its share, and the next is served', async () => {
  const slow = Array.from({ length: 140 }, (_, i) => slowPost(`203.0.113.${i}`));
  const refused = () => slow.filter((one) => statusOf(one.answered) === 503);
  await until('those over are told', () => refused().length === 12);
  assert.match(refused()[0].answered, /Retry-After: \d+/);
  assert.equal(statusOf(await raw(get('/skjema', '198.51.100.1'))), 200);
  assert.equal(await counted('alting_http_contents', ''), 128);
  slow.forEach((one) => one.socket.destroy());
  await until('their room comes back', async () => (await counted('alting_http_contents', '')) === 0);
});

test('networks that together fill the house with slow posts give way, the slowest first', async () => {
  const slow = [];
  // Many between two looks: they are to be there together, also before a program that answers slowly.
  while (slow.length < 2000 && (await counted('alting_http_rejected_total', 'reason="slow_for_another"')) === 0)
    for (let i = 0; i < 20; i += 1) slow.push(slowPost(`203.0.${Math.floor(slow.length / 100)}.9`));
  assert.ok(slow.length >= 500 && slow.length < 2000, `${slow.length} of 600 connections`);
  for (let i = 0; i < 20; i += 1) assert.equal(statusOf(await raw(get('/skjema', '198.51.100.1'))), 200);
  const gone = slow.filter((one) => statusOf(one.answered) === 503);
  assert.ok(gone.length > 0);
  assert.match(gone[0].answered, /Retry-After: \d+/);
  slow.forEach((one) => one.socket.destroy());
  await until('all is free again', async () => (await counted('alting_http_contents', '')) === 0);
});

test('a disk that is nearly full takes no files, and everything else; the operator is told', async () => {
  const client = new Client(server.origin);
  await client.login('Modig Måltrost');
  const party = await client.chooseParty('Fjord og Fjell AS');
  const { id } = await client.start(party, 'dat/veiledning');
  const page = await client.get(`/a/${party}/utkast/${id}/side/Sporsmal`);
  const wanted = form(page.body, '#form-page');
  const answer = await client.submit(page, wanted, { 'tag:vedlegg': 'brev' }, { button: { name: 'upload', value: 'vedlegg' }, files: [{ field: 'file:vedlegg', name: 'v.pdf', type: 'application/pdf', data: Buffer.from('%PDF-1.4\n%%EOF\n') }] });
  assert.equal(answer.status, 503);
  assert.ok(Number(answer.headers['retry-after']) >= 600);
  assert.match(words(answer.body), /lite plass hos oss\. Filen er ikke lagret\. Det du har lagret før, er ikke borte/);
  const saved = await client.submit(page, wanted, { 'sporsmal.emne': 'Uten fil' });
  assert.equal(saved.status, 200);
  assert.match((await client.get(`/a/${party}/utkast/${id}/side/Sporsmal`)).body, /Uten fil/);
  assert.ok(await counted('alting_http_rejected_total', 'reason="disk_full"') > 0);
  const doctor = spawnSync(program, ['doctor', '--config', server.config], { encoding: 'utf8' });
  assert.match(doctor.stdout, /^FAULT {2}disk: \d+ % free, and files are taken while 99 % are$/m);
});

test('an issuer that does not answer holds few workers of one network, and the rest get a button at once', async () => {
  const waiting = [];
  // The registers of a test installation are asked by way of it too; here it is logins that are counted.
  const issuer = http.createServer((request, answer) => { if (/^\/(par|\.well-known)/.test(request.url)) waiting.push(answer); });
  await new Promise((done) => { issuer.listen(0, '127.0.0.1', done); });
  const other = await Server.demo({ start: false });
  other.configure('server.trusted_proxies = ["127.0.0.1"]', `login.issuer = "http://localhost:${issuer.address().port}"`);
  try {
    await other.start();
    const start = (from) => raw(get('/logg-inn/start?til=/innboks&niva=4', from), { port: other.port, ms: 30_000 });
    const answers = Array.from({ length: 8 }, (_, i) => start(`203.0.113.${i}`));
    const button = /href="\/logg-inn\/start\?til=%2Finnboks&amp;niva=4"[^>]*>Prøv igjen</;
    const text = (octets) => Buffer.from(octets, 'latin1').toString('utf8');
    const quick = [];
    for (const one of answers) one.then((octets) => { if (button.test(text(octets))) quick.push(octets); });
    await until('those over have their button', () => quick.length === 5);
    await until('three wait at the issuer', () => waiting.length === 3);
    assert.equal(statusOf(quick[0]), 503);
    assert.match(quick[0], /Retry-After: \d+/);
    const next = start('198.51.100.1');
    await until('another network gets its turn', () => waiting.length === 4);
    for (const answer of waiting) answer.destroy();
    for (const octets of await Promise.all([...answers, next])) assert.equal(statusOf(octets), 503);
    assert.doesNotMatch(text(await next), button);
  } finally {
    issuer.closeAllConnections();
    issuer.close();
    await other.remove();
  }
});
