// Bad input against the real server: each gets a clear answer (a status of the 4xx, a page or problem document that says what to do), leaks
// nothing, and leaves the server as it was. Every test ends by looking whether the service still serves.
import { test, before, after, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, crc32 as zlibCrc32 } from 'node:zlib';
import { Client, form, filled, heading, words } from '../lib/client.mjs';
import { Server, sleep } from '../lib/server.mjs';

const app = 'dat/veiledning';
let server, client, party, draft;

before(async () => {
  server = await Server.demo();
  client = new Client(server.origin);
  await client.login('Modig Måltrost');
  party = await client.chooseParty('Fjord og Fjell AS');
  draft = (await client.start(party, app)).id;
});
after(async () => server?.remove());
afterEach(async () => {
  assert.equal(server.child.exitCode, null, `the server ended:\n${server.lastLog()}`);
  const answer = await client.get(`/a/${party}/innboks`);
  assert.equal(answer.status, 200, 'the service serves no more');
});

const side = (page = 'Sporsmal') => `/a/${party}/utkast/${draft}/side/${page}`;
const pageForm = async () => { const page = await client.get(side()); return [page, form(page.body, '#form-page')]; };

/** A refusal that helps: one of the statuses, words for people, nothing of the program's inside. */
function refused(answer, statuses) {
  assert.ok(statuses.includes(answer.status), `status ${answer.status}, not one of ${statuses}: ${words(answer.body).slice(0, 300)}`);
  if (/html/.test(answer.headers['content-type'] ?? '')) assert.ok(heading(answer.body).length > 3, 'the page has no heading');
  assert.doesNotMatch(answer.body, /terminate called|std::|\.cpp\b|SQLITE_|sqlite3_|SELECT [a-z]|at 0x[0-9a-f]/);
}

/** Sends octets as they are; gives what came back until the server closed, or `ms` went by. */
function raw(octets, { ms = 10_000, end = false } = {}) {
  return new Promise((done) => {
    const socket = net.connect(server.port, '127.0.0.1');
    let got = '';
    const finish = () => { socket.destroy(); done(got); };
    const timer = setTimeout(finish, ms);
    socket.on('data', (part) => { got += part.toString('latin1'); });
    socket.on('close', () => { clearTimeout(timer); done(got); });
    socket.on('error', () => {});
    socket.on('connect', () => { socket.write(octets); if (end) socket.end(); });
  });
}
const statusOf = (text) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);
const host = () => `Host: localhost:${server.port}\r\n`;

// ---- who may post

/** What a form whose token is not good leads to: nothing is saved, and its page shows what was typed, which is kept for whom it was made for. */
async function notDone(answer, typed) {
  assert.equal(answer.status, 303, words(answer.body).slice(0, 200));
  assert.equal(new URL(answer.headers.location, server.origin).pathname, side());
  assert.ok(!(await client.get(`/a/${party}/utkast/${draft}/oversikt`)).body.includes(typed), 'nothing is saved');
}

test('a form without its anti-forgery token is not done', async () => {
  const [page, wanted] = await pageForm();
  await notDone(await client.submit(page, wanted, { token: null, 'sporsmal.emne': 'Uten token' }, { follow: false }), 'Uten token');
  refused(await client.submit(page, wanted, { token: null, 'keep:for': null }, { follow: false }), [403]);
});

test('a form with a made-up or another browser\'s token is not done', async () => {
  const [page, wanted] = await pageForm();
  await notDone(await client.submit(page, wanted, { token: 'AAAA', 'sporsmal.emne': 'Oppdiktet' }, { follow: false }), 'Oppdiktet');
  const other = new Client(server.origin);
  const login = await other.login('Glad Havørn');
  const theirs = /name="token" value="([^"]+)"/.exec(login.body)[1];
  await notDone(await client.submit(page, wanted, { token: theirs, 'sporsmal.emne': 'En annens' }, { follow: false }), 'En annens');
  for (const token of ['AAAA', theirs]) refused(await client.submit(page, wanted, { token, 'keep:for': 'AAAA' }, { follow: false }), [403]);
});

test('a form from another site is refused although its token is right', async () => {
  const [page, wanted] = await pageForm();
  const fields = new URLSearchParams(filled(wanted, {})).toString();
  for (const origin of ['https://evil.example', 'null']) {
    refused(await client.request('POST', new URL(wanted.action, page.url).href, { body: fields, headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: origin } }), [403]);
  }
});

test('a form sent again gives the first answer', async () => {
  const start = await client.get(`/a/${party}/skjema/${app}`);
  const wanted = form(start.body, '/start');
  const choose = 'valg' in wanted.choices ? { valg: 'ny' } : {};
  const first = await client.submit(start, wanted, choose, { follow: false });
  const second = await client.submit(start, wanted, choose, { follow: false });
  assert.equal(first.status, 303);
  assert.equal(second.status, 303);
  assert.equal(second.headers.location, first.headers.location);
});

test('a made-up, cut or ended session leads to the login, not to a page', async () => {
  const name = [...client.cookies().keys()].find((one) => one.endsWith('alting-okt'));
  for (const value of ['', 'x', 'A'.repeat(43), client.cookies().get(name).slice(0, -1) + '_', '%00', '"><script>', 'Ø'.repeat(30).normalize('NFD').replace(/[^\x20-\x7e]/g, '')]) {
    const other = new Client(server.origin);
    other.cookies().set(name, value);
    const answer = await other.get(`/a/${party}/innboks`, { follow: false });
    assert.ok([302, 303].includes(answer.status) && answer.headers.location.startsWith('/logg-inn'), `${value}: ${answer.status}`);
  }
  const gone = new Client(server.origin);
  await gone.login('Glad Havørn');
  const kept = gone.copy();
  const page = await gone.get('/profil');
  await gone.submit(page, form(page.body, '/logg-ut'));
  const answer = await kept.get('/profil', { follow: false });
  assert.ok([302, 303].includes(answer.status), `after logging out the session answers ${answer.status}`);
});

test('a POST without a session changes nothing and leads to the login', async () => {
  const [page, wanted] = await pageForm();
  const other = new Client(server.origin);
  refused(await other.submit(page, wanted, {}, { follow: false }), [303, 401, 403]);
});

// ---- addresses

test('addresses that name nobody, or somebody else, are refused', async () => {
  const stranger = new Client(server.origin);
  await stranger.login('Glad Havørn');
  for (const path of ['/a/x/innboks', '/a/00000000-0000-0000-0000-000000000000/innboks', `/a/${party.toUpperCase()}x/innboks`, `/a/${party}/utkast/not-a-uuid/side/Sporsmal`,
                      `/a/${party}/utkast/${draft}/side/..%2f..%2fetc`, `/a/${party}/utkast/${draft}/side/Finnes-ikke`, `/a/${party}/sak/${draft}/kvittering.json`]) {
    const answer = await client.get(path, { follow: false });
    refused(answer, [400, 403, 404, 409]);
  }
  for (const path of [`/a/${party}/innboks`, side(), `/a/${party}/utkast/${draft}/oversikt`]) refused(await stranger.get(path, { follow: false }), [403, 404]);
});

test('path tricks reach no file', async () => {
  for (const path of ['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/assets/../../CMakeLists.txt', '/assets/%2e%2e%2fmanifest.json', '/..%5c..%5cwindows', '/assets//etc/passwd', '/%00', '/assets/%c0%ae%c0%ae/x', '/log/../keys/master.key',
                      '/log/tile/../../keystore.db', '/log/tile/0/%2e%2e%2f000']) {
    const answer = await raw(`GET ${path} HTTP/1.1\r\n${host()}Connection: close\r\n\r\n`);
    assert.ok([400, 403, 404].includes(statusOf(answer)), `${path}: ${answer.slice(0, 100)}`);
    assert.doesNotMatch(answer, /root:|cmake_minimum/);
  }
});

test('a way back after login is a path of this site or none', async () => {
  const other = client.copy();  // whose language becomes another
  for (const to of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/%0d%0aSet-Cookie:%20x=1', '\thttps://evil.example']) {
    const page = await other.get(`/logg-inn/start?metode=BankID&til=${encodeURIComponent(to)}`, { follow: false });
    assert.ok([302, 303].includes(page.status));
    const target = new URL(page.headers.location, server.origin);
    assert.equal(target.hostname, 'localhost', `til=${to} leads to ${target}`);
    for (const path of [`/aktor/velg?part=${party}&til=${encodeURIComponent(to)}`, `/sprak/en?til=${encodeURIComponent(to)}`]) {
      const answer = await other.get(path, { follow: false });
      assert.ok([302, 303, 400].includes(answer.status));
      if (answer.headers.location) assert.equal(new URL(answer.headers.location, server.origin).origin, server.origin, `${path} leads to ${answer.headers.location}`);
      assert.doesNotMatch(String(answer.headers['set-cookie']), /x=1/);
    }
  }
});

// ---- HTTP itself

test('requests that are no HTTP are refused and closed', async () => {
  for (const octets of ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'GET\r\n\r\n', 'HELLO\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', `GET / HTTP/1.1\r\n\r\n`, `GET / HTTP/1.1\r\n${host()}${host()}\r\n`, `GET / HTTP/1.1\r\nHost: a b\r\n\r\n`,
                        `GET / HTTP/1.1\r\n${host()}Bad Header: x\r\n\r\n`, `GET / HTTP/1.1\r\n${host()}X: a\r\n b\r\n\r\n`, `GET /\x01 HTTP/1.1\r\n${host()}\r\n`]) {
    const answer = await raw(Buffer.from(octets, 'latin1'), { ms: 2000, end: true });
    const status = statusOf(answer);
    assert.ok(status === 0 || (status >= 400 && status < 600), `${JSON.stringify(octets)}: ${answer.slice(0, 80)}`);
  }
});

test('two lengths, or a length beside chunks, are refused (request smuggling)', async () => {
  for (const headers of ['Content-Length: 5\r\nContent-Length: 6\r\n', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', 'Transfer-Encoding: chunked, identity\r\n', 'Transfer-Encoding: xchunked\r\n', 'Content-Length: -1\r\n',
                         'Content-Length: +5\r\n', 'Content-Length: 99999999999999999999\r\n', 'Content-Length: 5, 5\r\n']) {
    const answer = await raw(`POST /kvittering HTTP/1.1\r\n${host()}Content-Type: application/x-www-form-urlencoded\r\n${headers}\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n${host()}\r\n`, { ms: 2000 });
    const status = statusOf(answer);
    assert.ok(status === 0 || (status >= 400 && status < 600), `${headers}: ${answer.slice(0, 80)}`);
    assert.equal((answer.match(/HTTP\/1\.1 /g) ?? []).length <= 1, true, `${headers}: a second answer`);
  }
});

test('headers over the limit are refused', async () => {
  assert.ok([400, 413, 414, 431].includes(statusOf(await raw(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${host()}\r\n`))));
  assert.ok([400, 413, 431].includes(statusOf(await raw(`GET / HTTP/1.1\r\n${host()}${'X-Much: y\r\n'.repeat(5_000)}\r\n`))));
  assert.ok([400, 413, 431].includes(statusOf(await raw(`GET / HTTP/1.1\r\n${host()}Cookie: ${'a=b; '.repeat(10_000)}\r\n\r\n`))));
});

test('methods that a path does not have are refused', async () => {
  for (const method of ['PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT', 'FOO']) {
    const answer = await raw(`${method} /skjema HTTP/1.1\r\n${host()}Connection: close\r\n\r\n`);
    assert.ok([400, 404, 405, 501].includes(statusOf(answer)), `${method}: ${answer.slice(0, 60)}`);
  }
});

test('a slow client does not hold the server, and is sent away', async () => {
  const began = Date.now();
  const slow = Array.from({ length: 50 }, () => raw(`GET / HTTP/1.1\r\n${host()}X: `, { ms: 25_000 }));
  await sleep(500);
  const quick = await client.get('/');
  assert.equal(quick.status, 200);
  assert.ok(Date.now() - began < 9_000, 'others had to wait until slow ones were sent away, after ten seconds');
  await Promise.all(slow);
  assert.ok(Date.now() - began < 20_000, 'half a header may stay for longer than its time');
});

test('a body that breaks off changes nothing', async () => {
  const [, wanted] = await pageForm();
  const cookies = [...client.cookies()].map(([name, value]) => `${name}=${value}`).join('; ');
  const fields = new URLSearchParams(filled(wanted, { 'sporsmal.emne': 'halvferdig' })).toString();
  await raw(`POST ${side()} HTTP/1.1\r\n${host()}Cookie: ${cookies}\r\nOrigin: ${server.origin}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${fields.length + 100}\r\n\r\n${fields}`, { ms: 1000, end: true });
  const page = await client.get(side());
  assert.doesNotMatch(page.body, /halvferdig/);
});

// ---- bodies

const post = (body, type, target = side()) => client.request('POST', target, { body, headers: { 'Content-Type': type } });

test('bodies of another type, or too large, are refused', async () => {
  refused(await post('{"token":"x"}', 'application/json'), [400, 403, 415]);
  refused(await post('token=x', 'text/plain'), [400, 403, 415]);
  refused(await post('x', 'multipart/form-data'), [400, 403, 415]);
  refused(await post('--b\r\nContent-Disposition: form-data; name="token"\r\n\r\nx', 'multipart/form-data; boundary=b'), [400, 403]);
  refused(await post(`--${'b'.repeat(300)}`, `multipart/form-data; boundary=${'b'.repeat(300)}`), [400, 403, 415]);
  const [page, wanted] = await pageForm();
  const large = await client.submit(page, { ...wanted, multipart: false }, { 'sporsmal.tekst': 'x'.repeat(1_500_000) }, { follow: false }).catch((error) => error);
  if (!(large instanceof Error)) refused(large, [400, 413]);
  const many = filled(wanted, Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`felt${i}`, 'x'])));
  const answer = await client.post(new URL(wanted.action, page.url).href, many, { multipart: false, follow: false });
  refused(answer, [400, 413, 422]);
});

test('text that is not UTF-8, or holds control characters, is refused or made harmless', async () => {
  const [page, wanted] = await pageForm();
  const fields = new URLSearchParams(filled(wanted, { 'sporsmal.emne': null })).toString();
  for (const octets of ['%FF%FE', '%C0%AF', '%ED%A0%80', '%00', 'a%00b']) {
    const answer = await client.request('POST', new URL(wanted.action, page.url).href, { body: `${fields}&sporsmal.emne=${octets}`, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
    refused(answer, [400, 422]);
  }
});

test('fields that no form has, or with odd paths, are refused or ignored', async () => {
  const [page, wanted] = await pageForm();
  for (const name of ['__proto__', 'sporsmal', 'sporsmal.tema.x.y', 'sporsmal[0]', 'sporsmal[99999999999].x', 'add-row:sporsmal', 'remove-row:ingen[5]', 'a'.repeat(3000), 'later:sporsmal.tema', '..', '.', '[', 'detach']) {
    const answer = await client.submit(page, wanted, { [name]: 'x' }, { follow: false });
    assert.ok(answer.status < 500, `${name}: ${answer.status}`);
  }
  const document = await client.get(side());
  assert.equal(document.status, 200);
});

test('the state a page carries along may be anything', async () => {
  for (const [name, value] of [['version', '-1'], ['version', '99999999999999999999'], ['version', 'x'], ['seen', '['.repeat(10_000)], ['seen', '{"a":'.repeat(500)], ['seen', 'null'], ['seen', '{"sporsmal.tema":5}'], ['go', '../..'], ['go', 'x'.repeat(5000)]]) {
    const [page, wanted] = await pageForm();
    const answer = await client.submit(page, wanted, { [name]: value }, { follow: false });
    assert.ok(answer.status < 500, `${name}: ${answer.status}`);
    if (answer.headers.location) assert.ok(answer.headers.location.startsWith(`/a/${party}/`), answer.headers.location);
  }
});

test('markup in an answer is text on every page', async () => {
  const [page, wanted] = await pageForm();
  const nasty = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>&lt;';
  await client.submit(page, wanted, { 'sporsmal.emne': nasty, 'sporsmal.tekst': nasty }, { follow: false });
  for (const path of [side(), `/a/${party}/utkast/${draft}/oversikt`, `/a/${party}/innboks`, `/a/${party}/innboks?q=${encodeURIComponent(nasty)}`, `/aktor?q=${encodeURIComponent(nasty)}`, `/skjema?q=${encodeURIComponent(nasty)}`]) {
    const answer = await client.get(path);
    assert.doesNotMatch(answer.body, /<script>alert|<img src=x/, path);
    assert.match(answer.headers['content-security-policy'] ?? '', /script-src 'self'|default-src 'self'|default-src 'none'/, path);
  }
});

// ---- attachments

async function upload(name, data, type = 'application/pdf') {
  const [page, wanted] = await pageForm();
  assert.ok(wanted.files.includes('file:vedlegg'), 'the page takes no files any more');
  return client.submit(page, wanted, { 'tag:vedlegg': 'brev' }, { button: { name: 'upload', value: 'vedlegg' }, files: [{ field: 'file:vedlegg', name, type, data }] });
}
async function detachAll() {
  for (let i = 0; i < 5; i += 1) {
    const [page, wanted] = await pageForm();
    const button = wanted.buttons.find((one) => one.name === 'detach');
    if (!button) return;
    await client.submit(page, wanted, {}, { button });
  }
}
const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

test('programs, scripts and pages are not taken as attachments, whatever their name says', async () => {
  const nasty = [['virus.pdf', Buffer.concat([Buffer.from('MZ\x90\x00\x03\x00\x00\x00', 'latin1'), Buffer.alloc(500)])], ['side.pdf', Buffer.from('<!doctype html><html><script>alert(1)</script></html>')], ['skript.pdf', Buffer.from('#!/bin/sh\nrm -rf /\n')],
                 ['bilde.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')], ['tom.pdf', Buffer.alloc(0)], ['brev.exe', pdf], ['brev.html', Buffer.from('<p>hei')], ['brev', pdf], ['brev.pdf.js', pdf], ['elf.docx', Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(100)])]];
  for (const [name, data] of nasty) {
    const answer = await upload(name, data, 'application/pdf');
    const files = await listed();
    assert.ok(!files.includes(name), `${name} was taken (${answer.status})`);
    if (data.length > 0) refused(answer, [400, 413, 415, 422]);
  }
});

async function listed() {
  const page = await client.get(side());
  return [...page.body.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, text]) => text);
}

test('file names are only names', async () => {
  for (const name of ['../../../etc/cron.d/x.pdf', '..\\..\\x.pdf', 'C:\\Windows\\x.pdf', '/etc/passwd.pdf', `${'a'.repeat(400)}.pdf`, 'a\u202Efdp.exe.pdf', 'æøå – ok.pdf', '.pdf', 'con.pdf', '"><script>.pdf']) {
    const answer = await upload(name, pdf);
    assert.ok(answer.status < 500, `${name}: ${answer.status}`);
    const page = await client.get(side());
    assert.doesNotMatch(page.body, /\.\.\/|etc\/cron|C:\\|<script>\.pdf|\u202E/, name);
    const link = /\/vedlegg\/[0-9a-f-]{36}/.exec(page.body);
    if (link) {
      const file = await client.get(`/a/${party}/utkast/${draft}${link[0]}`);
      assert.match(file.headers['content-disposition'] ?? '', /^attachment/);
      assert.doesNotMatch(file.headers['content-disposition'], /[\r\n]|\.\.\//);
      assert.equal(file.headers['x-content-type-options'], 'nosniff');
    }
    await detachAll();
  }
});

test('a file over the form\'s limit is refused and said so', async () => {
  const answer = await upload('stor.pdf', Buffer.concat([pdf, Buffer.alloc(11 * 1024 * 1024)])).catch((error) => error);
  if (!(answer instanceof Error)) refused(answer, [413, 422]);
  assert.ok(!(await listed()).includes('stor.pdf'));
});

test('more than the server takes in one request is refused', async () => {
  const answer = await upload('enorm.pdf', Buffer.concat([pdf, Buffer.alloc(40 * 1024 * 1024)])).catch((error) => error);
  if (!(answer instanceof Error)) refused(answer, [413, 422]);
});

const crcOf = (data) => zlibCrc32?.(data) ?? 0;
// One file of a ZIP, compressed; sizes as they are.
function zip(entries) {
  const parts = [], central = [];
  let at = 0;
  for (const [name, data] of entries) {
    const packed = deflateRawSync(data, { level: 9 });
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0); head.writeUInt16LE(20, 4); head.writeUInt16LE(8, 8);
    head.writeUInt32LE(crcOf(data), 14); head.writeUInt32LE(packed.length, 18); head.writeUInt32LE(data.length, 22); head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0); entry.writeUInt16LE(20, 4); entry.writeUInt16LE(20, 6); entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(crcOf(data), 16); entry.writeUInt32LE(packed.length, 20); entry.writeUInt32LE(data.length, 24); entry.writeUInt16LE(name.length, 28); entry.writeUInt32LE(at, 42);
    parts.push(head, Buffer.from(name), packed);
    central.push(entry, Buffer.from(name));
    at += head.length + name.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0); end.writeUInt16LE(entries.length, 8); end.writeUInt16LE(entries.length, 10); end.writeUInt32LE(directory.length, 12); end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, directory, end]);
}

test('a zip bomb as a document is refused, quickly', async () => {
  const types = Buffer.from('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>');
  const bomb = zip([['[Content_Types].xml', types], ['word/document.xml', Buffer.alloc(200 * 1024 * 1024)], ['word/more.xml', Buffer.alloc(200 * 1024 * 1024)]]);
  assert.ok(bomb.length < 2 * 1024 * 1024);
  const began = Date.now();
  const answer = await upload('bombe.docx', bomb, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document');
  assert.ok(Date.now() - began < 10_000, 'it took too long to see');
  refused(answer, [400, 413, 415, 422]);
  assert.ok(!(await listed()).includes('bombe.docx'));
});

// 50 octets of BZip2 that unpack to 45 MB of zeros, and a beginning of PPMd: libarchive unpacks both, and took half a minute for some.
const bzip2Bomb = Buffer.from('QlpoOTFBWSZTWckBtsgBWKtAIMAAEAAACCAAMMwFKaZSSFJsVJIUni7kinChIZIDbZA=', 'base64');
function packedBy(method, packed, size) {
  const archive = zip([['[Content_Types].xml', Buffer.from('<Types/>')], ['word/1.xml', packed]]);
  const at = archive.indexOf('word/1.xml');
  const stored = deflateRawSync(packed, { level: 9 }).length;
  const body = Buffer.concat([archive.subarray(0, at + 10), packed]);
  body.writeUInt16LE(method, at - 30 + 8); body.writeUInt32LE(packed.length, at - 30 + 18); body.writeUInt32LE(size, at - 30 + 22);
  const rest = Buffer.from(archive.subarray(at + 10 + stored));
  const second = rest.lastIndexOf('PK\x01\x02'), end = rest.lastIndexOf('PK\x05\x06');
  rest.writeUInt16LE(method, second + 10); rest.writeUInt32LE(packed.length, second + 20); rest.writeUInt32LE(size, second + 24);
  rest.writeUInt32LE(body.length, end + 16);
  return Buffer.concat([body, rest]);
}

test('archives that are packed by other than the usual method are refused unread', async () => {
  for (const [method, packed] of [[12, bzip2Bomb], [98, Buffer.concat([Buffer.from([0xff, 0x0f]), Buffer.alloc(2000, 0x55)])], [14, Buffer.alloc(200)], [9, Buffer.alloc(200)]]) {
    const answer = await upload(`m${method}.docx`, packedBy(method, packed, 45_000_000), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document');
    refused(answer, [422]);
    assert.match(answer.body, /pakket på en måte/, `method ${method}`);
    assert.ok(!(await listed()).includes(`m${method}.docx`));
  }
});

test('many archives at once of one person hold up nobody else', async () => {
  const slow = zip([['[Content_Types].xml', Buffer.from('<Types/>')], ...Array.from({ length: 12 }, (_, i) => [`word/${i}.xml`, Buffer.alloc(4_000_000, `<a b="${i}">${'abcdefgh'.repeat(i + 3)}</a>`)])]);
  const sent = Array.from({ length: 12 }, (_, i) => upload(`slow${i}.docx`, slow, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'));
  const other = new Client(server.origin);
  for (let i = 0; i < 5; i += 1) assert.equal((await other.get('/hjelp')).status, 200);
  for (const answer of await Promise.all(sent)) assert.ok([200, 303, 413, 422, 503].includes(answer.status), `status ${answer.status}`);
  await detachAll();
});

test('a document with macros is refused however they are named', async () => {
  const macros = (name) => Buffer.from(`<Types><Override PartName="/word/${name}" ContentType="application/vnd.ms-office.vbaProject"/></Types>`);
  for (const entries of [[['[Content_Types].xml', Buffer.from('<Types/>')], ['word/vbaproject.BIN', Buffer.from('x')]], [['[Content_Types].xml', macros('other.bin')], ['word/other.bin', Buffer.from('x')]]]) {
    refused(await upload('brev.docx', zip(entries), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'), [422]);
    assert.ok(!(await listed()).includes('brev.docx'));
  }
});

test('what is refused because the form has enough files leaves no file behind', async () => {
  const blobs = () => readdirSync(join(server.folder, 'data', 'blobs'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length;
  await detachAll();
  for (const name of ['1.pdf', '2.pdf', '3.pdf']) await upload(name, pdf);
  const full = await client.get(side());
  assert.match(full.body, /så mange filer som er tillatt/);
  const before = blobs();
  // The page shows no field for a fourth one: it is sent all the same, with the fields of a page that had one.
  const answer = await client.submit(full, { ...form(full.body, '#form-page') }, { 'tag:vedlegg': 'brev' },
                                     { button: { name: 'upload', value: 'vedlegg' }, files: [{ field: 'file:vedlegg', name: '4.pdf', type: 'application/pdf', data: pdf }] });
  refused(answer, [422]);
  assert.match(answer.body, /høyst 3 filer/);
  assert.equal(blobs(), before);
  await detachAll();
});

test('a zip with a script, or a path out of itself, is not taken for a document', async () => {
  for (const entries of [[['x.js', Buffer.from('alert(1)')]], [['../../x', Buffer.from('x')]]]) {
    refused(await upload('brev.docx', zip(entries), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'), [400, 415, 422]);
  }
});

test('a file before the anti-forgery token is refused', async () => {
  const [page, wanted] = await pageForm();
  const boundary = 'grense';
  const token = wanted.fields.find(([name]) => name === 'token')[1];
  const body = `--${boundary}\r\nContent-Disposition: form-data; name="file:vedlegg"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n${pdf.toString('latin1')}\r\n--${boundary}\r\nContent-Disposition: form-data; name="token"\r\n\r\n${token}\r\n--${boundary}--\r\n`;
  refused(await post(body, `multipart/form-data; boundary=${boundary}`, new URL(wanted.action, page.url).href), [400, 403]);
});

// ---- the open page that takes files

test('the open page takes no more than 32 MB a request, however many files', async () => {
  const stranger = new Client(server.origin);
  const page = await stranger.get('/kvittering');
  const files = Array.from({ length: 3 }, (_, i) => ({ field: 'dokument', name: `${i}.pdf`, type: 'application/pdf', data: Buffer.alloc(11 * 1024 * 1024, 'x') }));
  const send = (some) => stranger.submit(page, form(page.body, '/kvittering'), {}, { files: some });
  const answer = await send(files).catch((error) => error);
  if (!(answer instanceof Error)) refused(answer, [413]);  // else it was sent away while it wrote
  refused(await send(files.slice(1)), [422]);  // taken, but no receipt is among them
});

test('what is no receipt is told so on the verification page', async () => {
  for (const data of ['', '{', 'null', '[]', '{"format":"alting.receipt/1"}', '['.repeat(50_000), '{"format":"alting.receipt/1","entry":{},"salt":"x","proof":"x","keys":[],"disclosed":{}}', '\xff\xfe', 'x'.repeat(2_000_000)]) {
    const stranger = new Client(server.origin);
    const page = await stranger.get('/kvittering');
    const answer = await stranger.submit(page, form(page.body, '/kvittering'), {}, { files: [{ field: 'kvittering', name: 'kvittering.json', type: 'application/json', data: Buffer.from(data, 'latin1') }] });
    assert.ok([200, 400, 413, 422].includes(answer.status), `${data.slice(0, 40)}: ${answer.status}`);
    assert.doesNotMatch(words(answer.body), /er ekte og bevist/);
  }
});
