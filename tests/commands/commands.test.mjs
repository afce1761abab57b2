// The program's commands, as an operator types them: help, exit statuses, backup and restore, keys, a clean stop.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { Client } from '../lib/client.mjs';
import { Server, Postgres, alting, backUp, program, sleep, top } from '../lib/server.mjs';
import { Tree, logOf, readReceipt } from '../lib/tlog.mjs';

const app = 'dat/veiledning';
const place = mkdtempSync(join(tmpdir(), 'alting-commands-'));
after(() => rmSync(place, { recursive: true, force: true }));

/** Sends the small form for Fjord og Fjell AS; gives what there is to keep of it. */
async function sendOne(client, party, word) {
  const { id, page } = await client.start(party, app);
  const next = await client.fill(page, { 'sporsmal.tema': 'annet', 'sporsmal.emne': word, 'sporsmal.tekst': `${word} ${word}` });
  await client.fill(next, { 'kontakt.navn': 'Modig Måltrost', 'kontakt.svar': 'innboks' });
  await client.send(party, id);
  const document = await client.get(`/a/${party}/sak/${id}/skjema.json`, { binary: true });
  return { id, receipt: await client.receipt(party, id), document: document.octets };
}

test('each command has a help text, and status 0 for it', () => {
  for (const words of [['--help'], ['demo', '--help'], ['serve', '--help'], ['verify', '--help'], ['import', '--help'], ['import', 'enhetsregisteret', '--help'], ['import', 'folkeregisteret', '--help'], ['backup', '--help'], ['restore', '--help'], ['keys', '--help'],
                       ['check', '--help'], ['bench', '--help'], ['doctor', '--help'], ['settings', '--help'], ['catalogue', '--help'], ['routes', '--help'], ['log', '--help'], ['log', 'check', '--help'], ['log', 'new-origin', '--help']]) {
    const { status, out } = alting(words);
    assert.equal(status, 0, words.join(' '));
    assert.ok(out.length > 80, `${words.join(' ')} says little`);
  }
  const version = alting(['--version']);
  assert.equal(version.status, 0);
  assert.match(version.out, /^alting \d+\.\d+\.\d+/);
});

test('a command line that cannot be understood does not end with status 0', () => {
  for (const words of [[], ['finnes-ikke'], ['serve'], ['demo', '--port', '99999'], ['demo', '--port', 'x'], ['verify'], ['import'], ['check'], ['check', '/nowhere/at/all'], ['serve', '--config', '/nowhere'], ['keys', '--nonsense']]) {
    assert.notEqual(alting(words).status, 0, words.join(' ') || '(nothing)');
  }
  assert.match(alting(['finnes-ikke']).out, /no command 'finnes-ikke'/);
});

test('what of the law nobody has looked up yet is listed, of the rooms and of the forms', () => {
  const { status, out } = alting(['catalogue']);
  assert.equal(status, 0);
  assert.match(out, /^foreldelsesloven .*\n {4}rule ledger\.lasting$/m);
  assert.match(out, /^ {4}dat\/avviksmelding: /m);
  assert.equal(new Set(out.match(/^\S.*/gm)).size, out.match(/^\S.*/gm).length, 'each thing once');
});

test('verify: status 0 under a trusted key, 2 for an unknown signer, 1 for anything changed, 66 for a file that is not there', async () => {
  const server = await Server.demo();
  try {
    const client = new Client(server.origin);
    await client.login('Modig Måltrost');
    const party = await client.chooseParty('Fjord og Fjell AS');
    const one = await sendOne(client, party, 'Bevis');
    const key = (await client.get('/log/vkey')).body.trim();
    const [receipt, document, keys] = ['receipt.json', 'document.json', 'log.vkey'].map((name) => join(place, name));
    writeFileSync(receipt, one.receipt);
    writeFileSync(document, one.document);
    writeFileSync(keys, key + '\n');
    assert.equal(alting(['verify', receipt, document, '--key', keys]).status, 0);
    assert.equal(alting(['verify', receipt, '--key', key]).status, 0);
    assert.equal(alting(['verify', receipt, document]).status, 2);
    // The first line says that it is a test log, and people count from 1.
    const said = alting(['verify', receipt, '--key', key]).out;
    assert.match(said, /^TEST: this is from a test log/);
    const { index, size } = /index (?<index>\d+)\n[^]*?\n\n[^\n]+\n(?<size>\d+)\n/.exec(JSON.parse(one.receipt).proof).groups;
    assert.ok(said.includes(`entry ${Number(index) + 1} of ${size} in ${JSON.parse(one.receipt).entry.origin}`), said);
    assert.ok(said.includes(`the log is at ${server.origin}/log/1/test/`), said);
    // Anyone's page may follow the log; tiles are kept for long, whole or not.
    const tile = await fetch(`${server.origin}/log/1/tile/0/000.p/1`);
    assert.equal(tile.headers.get('access-control-allow-origin'), '*');
    assert.equal(tile.headers.get('cross-origin-resource-policy'), 'cross-origin');
    assert.equal(tile.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.equal((await fetch(tile.url, { headers: { 'If-None-Match': tile.headers.get('etag') } })).status, 304);
    assert.equal((await fetch(`${server.origin}/log/1/checkpoint`)).headers.get('cache-control'), 'public, max-age=1');
    assert.equal((await fetch(`${server.origin}/`)).headers.get('access-control-allow-origin'), null);
    // The business is named by its organisation number.
    assert.match(JSON.parse(one.receipt).disclosed['party.organisation_number'].value, /^\d{9}$/);
    assert.equal(JSON.parse(one.receipt).disclosed['party.identity_number'], undefined);
    // Key files as Windows and web pages make them.
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`# key\r\n ${key} \r\n`, 'utf16le')]);
    for (const form of [`${key}\r\n`, `\ufeff${key}\n`, `  ${key}\t\n`, `# from the web site\r\n\r\n${key}`, wide]) {
      writeFileSync(keys, form);
      assert.equal(alting(['verify', receipt, '--key', keys]).status, 0, JSON.stringify(form));
    }
    assert.equal(alting(['verify', receipt, '--key', ` ${key} `]).status, 0);
    // A witness's key of a type that is not checked here is named, and is no fault.
    const unchecked = `witness.example+0a0b0c0d+${Buffer.alloc(1313, 6).toString('base64')}`;
    const named = alting(['verify', receipt, '--key', key, '--key', unchecked]);
    assert.equal(named.status, 0, named.out);
    assert.match(named.out, /witness\.example \(not checked here: a key of type 0x06\)/);
    // A key that is none is not passed over in silence; 64 is the status of a wrong command line.
    const words = join(place, 'words.txt');
    writeFileSync(words, 'no key\n');
    for (const [wrong, why] of [[join(place, 'nothing.vkey'), /neither a file nor a verifier key/], [key.slice(0, -5), /neither a file nor a verifier key/], [document, /is no list of a log's keys/], [words, /no line that is a verifier key/]]) {
      const refused = alting(['verify', receipt, '--key', wrong]);
      assert.equal(refused.status, 64, refused.out);
      assert.match(refused.out, why);
    }
    writeFileSync(document, Buffer.concat([one.document, Buffer.from(' ')]));
    assert.equal(alting(['verify', receipt, document, '--key', keys]).status, 1);
    // The server's own word for who sent it.
    writeFileSync(receipt, one.receipt.replace('Modig', 'Feig'));
    assert.equal(alting(['verify', receipt, '--key', keys]).status, 1);
    writeFileSync(receipt, one.receipt.slice(0, -20));
    assert.equal(alting(['verify', receipt, '--key', keys]).status, 1);
    // A file that is not there is no broken receipt; one that is too large is.
    for (const words of [[join(place, 'nothing.json')], [receipt, join(place, 'nothing.pdf')], [place]]) {
      const missing = alting(['verify', ...words]);
      assert.equal(missing.status, 66, missing.out);
      assert.doesNotMatch(missing.out, /broken/);
    }
    writeFileSync(receipt, '[' + ' '.repeat(1048576) + ']');
    const large = alting(['verify', receipt]);
    assert.equal(large.status, 1);
    assert.match(large.out, /REFUTED[^]*larger than any receipt[^]*broken/);
  } finally {
    await server.remove();
  }
});

test('a second server on the same data folder, or the same port, is refused', async () => {
  const server = await Server.demo();
  try {
    const again = alting(['demo', '--port', String(server.port + 2), '--data', join(server.folder, 'data')]);
    assert.equal(again.status, 1);
    const port = alting(['demo', '--port', String(server.port), '--data', join(server.folder, 'other')]);
    assert.equal(port.status, 1);
    assert.equal((await new Client(server.origin).get('/')).status, 200);
  } finally {
    await server.remove();
  }
});

// A POST whose head the server has read ("100 Continue") and whose body is still to come.
async function beginPost(server) {
  const socket = connect(server.port, '127.0.0.1');
  let heard = '';
  socket.setEncoding('utf8').on('data', (piece) => { heard += piece; });
  const closed = new Promise((done) => socket.once('close', done));
  socket.on('error', () => {});  // what was heard tells
  socket.write(`POST /logg-ut HTTP/1.1\r\nHost: localhost:${server.port}\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
               'Content-Length: 3\r\nExpect: 100-continue\r\n\r\n');
  for (let tries = 0; !heard.includes('100 Continue'); tries += 1) {
    assert.ok(tries < 1000, `no "100 Continue" but: ${heard}`);
    await sleep(10);
  }
  heard = '';
  return { goOn: () => socket.write('a=b'), heard: () => heard, closed };
}

test('SIGTERM finishes what was begun and ends with status 0', async () => {
  const server = await Server.demo();
  const posts = await Promise.all(Array.from({ length: 20 }, () => beginPost(server)));
  const ended = server.stop();
  await sleep(200);
  for (const post of posts) post.goOn();
  assert.deepEqual(await ended, { code: 0, signal: null });
  for (const post of posts) {
    await post.closed;
    assert.match(post.heard(), /^HTTP\/1\.1 [2-4]\d\d [^]*Content-Length: /, 'a request that was begun got no answer');
  }
  await server.remove();
});

for (const engine of ['sqlite', 'postgresql']) {
  test(`a backup made in use is restored elsewhere, and proves what it held (${engine})`, async () => {
    const postgres = engine === 'postgresql' ? await Postgres.start() : null;
    const server = await Server.demo({ engine, postgres });
    let restored;
    try {
      const client = new Client(server.origin);
      await client.login('Modig Måltrost');
      const party = await client.chooseParty('Fjord og Fjell AS');
      const one = await sendOne(client, party, 'Før sikkerhetskopien');
      await sleep(6_000);  // one's own reads are written in batches; what is signed after the backup would be missing in it
      const { backup, keystores, keys } = backUp(server);
      await server.kill();

      // What lies outside survives, as it would on its own disk.
      restored = await Server.demo({ engine, postgres, start: false });
      cpSync(join(server.folder, 'data/outside'), join(restored.folder, 'data/outside'), { recursive: true });
      const done = alting(['restore', backup, '--keys', keys, ...restored.where]);
      assert.equal(done.status, 0, done.out);
      await restored.start();
      const again = new Client(restored.origin);
      await again.login('Modig Måltrost');
      const document = await again.get(`/a/${party}/sak/${one.id}/skjema.json`, { binary: true });
      assert.equal(document.status, 200);
      assert.ok(document.octets.equals(one.document));
      assert.equal(readReceipt(await again.receipt(party, one.id)).entryText, readReceipt(one.receipt).entryText);
      const tree = await Tree.read(await logOf(again));
      assert.equal(tree.fault(readReceipt(one.receipt)), '');
      await sendOne(again, party, 'Etter gjenopprettingen');
      // A backup with a file that was changed is refused.
      await restored.stop();
      const damaged = join(server.folder, 'damaged');
      cpSync(backup, damaged, { recursive: true });
      const victim = readdirSync(damaged).find((name) => /^(alting\.db|database\.)/.test(name));
      writeFileSync(join(damaged, victim), Buffer.concat([readFileSync(join(damaged, victim)), Buffer.from('x')]));
      const other = await Server.demo({ engine, postgres, start: false });
      const refused = alting(['restore', damaged, '--keys', keys, '--keystore', join(keystores, readdirSync(keystores)[0]), ...other.where]);
      assert.equal(refused.status, 1, refused.out);
      await other.remove();
    } finally {
      await restored?.remove();
      await server.remove();
      await postgres?.remove();
    }
  });
}

test('the log refuses to fork: a database set back is not served until a new origin is begun', async () => {
  const server = await Server.demo();
  try {
    const client = new Client(server.origin);
    await client.login('Modig Måltrost');
    const party = await client.chooseParty('Fjord og Fjell AS');
    await sendOne(client, party, 'Først');
    await server.stop();
    const kept = join(server.folder, 'kept');
    cpSync(join(server.folder, 'data'), kept, { recursive: true });
    await server.start();
    const later = await sendOne(client, party, 'Siden');
    const key = (await client.get('/log/vkey')).body.trim();
    await server.stop();
    // Everything goes back in time but what lies outside.
    for (const name of readdirSync(kept).filter((one) => one !== 'outside')) {
      rmSync(join(server.folder, 'data', name), { recursive: true, force: true });
      cpSync(join(kept, name), join(server.folder, 'data', name), { recursive: true });
    }
    for (const name of readdirSync(join(server.folder, 'data'))) if (/-(wal|shm)$/.test(name) && !existsSync(join(kept, name))) rmSync(join(server.folder, 'data', name));
    await assert.rejects(server.start(), /ended with 1/);
    const begun = alting(['log', 'new-origin', '--data', join(server.folder, 'data')]);
    assert.equal(begun.status, 0, begun.out);
    await server.start();
    // The receipt from the lost time still verifies under the old key.
    const receipt = join(place, 'later.json');
    writeFileSync(receipt, later.receipt);
    assert.equal(alting(['verify', receipt, '--key', key]).status, 0);
    // The old log stays where it was, the new one has its own place, and both keys say that it is the heir.
    assert.equal((await client.get('/log/vkey')).body.trim(), key);
    assert.equal((await client.get('/log/1/vkey')).body.trim(), key);
    const newer = (await client.get('/log/2/vkey')).body.trim();
    assert.notEqual(newer, key);
    const succession = (await client.get('/log/2/succession')).body;
    assert.ok(succession.includes(`old-key ${key}\n`) && succession.includes(`new-key ${newer}\n`), succession);
    await client.login('Modig Måltrost');
    const heir = join(place, 'heir.json'), list = join(place, 'vkeys.json');
    writeFileSync(heir, (await sendOne(client, await client.chooseParty('Fjord og Fjell AS'), 'Arving')).receipt);
    writeFileSync(list, (await client.get('/log/vkeys.json')).body);
    assert.equal(alting(['verify', heir, '--key', key]).status, 2);
    assert.equal(alting(['verify', heir, '--key', key, '--key', list]).status, 0);
    assert.equal(alting(['verify', receipt, '--key', newer, '--key', list]).status, 0, 'the new key leads back to the old one');
    assert.equal(alting(['verify', heir, '--key', list]).status, 64, 'a list proves nothing by itself');
  } finally {
    await server.remove();
  }
});

test('a person chooses whether the receipt shows the identity number, in each language; without it unless asked', async () => {
  const server = await Server.demo();
  try {
    for (const [language, words] of [['nb', /fødselsnummeret ditt/], ['nn', /fødselsnummeret ditt/], ['en', /your national identity number/]]) {
      const client = new Client(server.origin, { language });
      await client.login('Modig Måltrost');
      const party = await client.chooseParty('Modig Måltrost');
      const { id, receipt } = await sendOne(client, party, 'Selv');
      const path = `/a/${party}/sak/${id}/kvittering`;
      assert.match((await client.get(path)).body, words);
      const plain = JSON.parse(receipt), shown = JSON.parse((await client.get(`${path}.json?fnr=med`)).body);
      assert.equal(plain.disclosed['party.identity_number'], undefined);
      assert.equal(typeof plain.entry.party.identity_number, 'string', 'it stands salted in the entry');
      const { value } = shown.disclosed['party.identity_number'];
      assert.match(value, /^\d{11}$/);
      assert.ok(!receipt.includes(value));
      const file = join(place, 'person.json'), key = (await client.get('/log/vkey')).body.trim();
      writeFileSync(file, (await client.get(`${path}.json?fnr=med`)).body);
      assert.equal(alting(['verify', file, '--key', key]).status, 0);
      assert.equal((await client.get(`${path}.pdf?fnr=med`, { binary: true })).status, 200);
    }
  } finally {
    await server.remove();
  }
});

test('restoring a backup that is behind what was signed begins a new origin when told to, and never one twice', async () => {
  const server = await Server.demo();
  const kept = [];
  try {
    const client = new Client(server.origin);
    await client.login('Modig Måltrost');
    const party = await client.chooseParty('Fjord og Fjell AS');
    await sendOne(client, party, 'Først');
    const { backup, keys } = backUp(server);
    const later = await sendOne(client, party, 'Siden');
    const key = (await client.get('/log/vkey')).body.trim();
    await server.stop();
    let outside = join(server.folder, 'data/outside');
    for (const number of [2, 3]) {  // the same old backup and the same old keys: only what lies outside knows of the first time
      const restored = await Server.demo({ start: false });
      kept.push(restored);
      const data = join(restored.folder, 'data');
      cpSync(outside, join(data, 'outside'), { recursive: true });
      const refused = alting(['restore', backup, '--keys', keys, '--data', data]);
      assert.equal(refused.status, 1, refused.out);
      assert.match(refused.out, /--new-origin/);
      assert.deepEqual(readdirSync(data), ['outside']);
      const unread = alting(['restore', backup, '--keys', keys, '--data', data, '--new-origin', '--erasures', '/nowhere']);
      assert.equal(unread.status, 1, unread.out);
      assert.match(unread.out, /nowhere/);
      const done = alting(['restore', backup, '--keys', keys, '--data', data, '--new-origin']);
      assert.equal(done.status, 0, done.out);
      assert.match(done.out, new RegExp(`/${number}/test;[^]*copy the keys`));
      assert.ok(existsSync(join(data, `keys/log/${number}-0.key`)));
      outside = join(data, 'outside');
    }
    const [, last] = kept;
    await last.start();
    const again = new Client(last.origin);
    assert.notEqual((await again.get('/log/3/vkey')).body.trim(), key);
    assert.equal((await again.get('/log/2/vkey')).status, 404, 'the second one is not in this database');
    const receipt = join(place, 'lost.json');
    writeFileSync(receipt, later.receipt);
    assert.equal(alting(['verify', receipt, '--key', key]).status, 0);
  } finally {
    for (const one of [...kept, server]) await one.remove();
  }
});

test('the whole log is checked with a server and without, and what is wrong is named', async () => {
  const server = await Server.demo();
  try {
    const data = join(server.folder, 'data');
    const client = new Client(server.origin);
    await client.login('Modig Måltrost');
    await sendOne(client, await client.chooseParty('Fjord og Fjell AS'), 'Helt');
    const beside = alting(['log', 'check', '--data', data]);
    assert.equal(beside.status, 0, beside.out);
    assert.match(beside.out, /1 logs, \d+ entries in the tree: \d+ opened and compared, 0 erased/);
    await server.stop();
    assert.equal(alting(['log', 'check', '--data', data]).status, 0);
    const store = join(data, 'outside/checkpoint');
    const kept = readFileSync(store);
    writeFileSync(store, Buffer.alloc(kept.length, '#'));
    const refused = alting(['log', 'check', '--data', data]);  // works for a log that may not be opened, too
    assert.equal(refused.status, 1, refused.out);
    assert.match(refused.out, /checkpoint store is missing or cannot be read/);
    assert.match(refused.out, /the log is not whole: 1 faults/);
    writeFileSync(store, kept);
    assert.equal(alting(['log', 'check', '--data', data]).status, 0);
  } finally {
    await server.remove();
  }
});

test('a rotated key signs new receipts, and both kinds verify under the old one', async () => {
  const server = await Server.demo();
  try {
    const client = new Client(server.origin);
    await client.login('Modig Måltrost');
    const party = await client.chooseParty('Fjord og Fjell AS');
    const before = await sendOne(client, party, 'Før');
    const where = ['--data', join(server.folder, 'data')];
    const key = (await client.get('/log/vkey')).body.trim();
    assert.ok(alting(['keys', ...where]).out.includes(key));
    assert.match(alting(['keys', ...where]).out, /epoch 1: +in use since [^]*epoch 2: +the next[^]*a copy of keys\/ made today opens every backup made until \d{4}-/);
    const rotated = alting(['keys', '--rotate', ...where]);
    assert.equal(rotated.status, 0, rotated.out);
    const newer = (await client.get('/log/vkey')).body.trim();
    assert.notEqual(newer, key);
    const afterwards = await sendOne(client, party, 'Etter');
    for (const [name, receipt] of [['before', before.receipt], ['after', afterwards.receipt]]) {
      const file = join(place, `${name}.json`);
      writeFileSync(file, receipt);
      assert.equal(alting(['verify', file, '--key', key]).status, 0, `${name} under the old key`);
    }
    assert.equal(alting(['verify', join(place, 'after.json'), '--key', newer]).status, 0);
  } finally {
    await server.remove();
  }
});

test('doctor says what is wrong, and has status 0 only when nothing is', async () => {
  const server = await Server.demo({ engine: 'sqlite', start: false });
  server.configure();
  assert.equal(alting(['doctor', '--config', server.config]).status, 0);
  server.configure('paths.services = "/nowhere"');
  const { status, out } = alting(['doctor', '--config', server.config]);
  assert.equal(status, 1);
  assert.match(out, /nowhere/);
  await server.remove();
});

test('doctor refuses forms that take larger files than the virus scanner looks at', async () => {
  const server = await Server.demo({ engine: 'sqlite', start: false });
  const doctor = (...lines) => { server.configure(...lines); return alting(['doctor', '--config', server.config]); };
  assert.doesNotMatch(doctor('scanner.clamd = "/nowhere/clamd"').out, /looked at/);
  const { status, out } = doctor('scanner.clamd = "/nowhere/clamd"', 'scanner.max_size_mb = 10');
  assert.notEqual(status, 0);
  assert.match(out, /FAULT {2}dat\/avviksmelding, vedlegg: files of up to 25 MB are taken, and 10 MB looked at/);
  assert.doesNotMatch(out, /dat\/veiledning, vedlegg/);
  await server.remove();
});

test('doctor is not deceived by what a killed server left behind', async () => {
  const server = await Server.demo({ engine: 'sqlite', start: false });
  server.configure();
  await server.start();
  assert.match(alting(['doctor', '--config', server.config]).out, /a server is using the data folder/);
  await server.kill();
  const { status, out } = alting(['doctor', '--config', server.config]);
  assert.equal(status, 0, out);
  assert.match(out, /data folder and log: localhost\/log/);
  assert.match(out, /disk: \d+ MB free/);
  await server.remove();
});

/** A bulk file of Enhetsregisteret with so many units; the numbers are synthetic. */
function bulkFile(count) {
  const weights = [3, 2, 7, 6, 5, 4, 3, 2];
  const units = [];
  for (let eight = 20_500_000; units.length < count; eight += 1) {
    const digits = String(eight);
    const rest = (11 - [...digits].reduce((sum, digit, i) => sum + Number(digit) * weights[i], 0) % 11) % 11;
    if (rest === 10) continue;
    units.push(JSON.stringify({ organisasjonsnummer: digits + rest, navn: `Enhet ${units.length} AS`, organisasjonsform: { kode: 'AS' }, respons_klasse: 'Enhet' }));
  }
  const file = join(place, `enheter-${count}.json`);
  writeFileSync(file, `[${units.join(',\n')}]`);
  return file;
}

test('an import from an address leaves no download behind', async () => {
  const server = await Server.demo({ engine: 'sqlite' });
  const octets = readFileSync(bulkFile(20));
  const register = createServer((request, answer) => answer.end(octets)).listen(0, '127.0.0.1');
  await once(register, 'listening');
  try {
    const importing = spawn(program, ['import', 'enhetsregisteret', `http://127.0.0.1:${register.address().port}/enheter.json`, '--data', join(server.folder, 'data')], { cwd: top });
    let said = '';
    for (const stream of [importing.stdout, importing.stderr]) stream.on('data', (part) => { said += part; });
    const [status] = await once(importing, 'close');
    assert.equal(status, 0, said);
    assert.match(said, /downloaded \d+ octets[^]*20 looked at, 20 rows stored/);
    assert.deepEqual(readdirSync(join(server.folder, 'data')).filter((name) => name.startsWith('import.')), []);
  } finally {
    register.close();
    await server.remove();
  }
});

test('an import under way does not hold up a stop, and goes on where it stopped', async () => {
  const server = await Server.demo({ engine: 'sqlite' });
  const file = bulkFile(200_000);  // some seconds' work also for a fast machine
  const importing = spawn(program, ['import', 'enhetsregisteret', file, '--data', join(server.folder, 'data')], { cwd: top });
  let said = '';
  for (const stream of [importing.stdout, importing.stderr]) stream.on('data', (part) => { said += part; });
  const ended = new Promise((done) => importing.on('exit', done));
  for (let i = 0; i < 1500 && !said.includes('%'); i += 1) await sleep(20);
  const began = Date.now();
  const how = await server.stop();
  assert.equal(how.code, 0);
  assert.ok(Date.now() - began < 10_000, `stopping took ${Date.now() - began} ms`);
  assert.equal(await ended, 1, said);
  assert.match(said, /stopped after \d+/);
  const again = alting(['import', 'enhetsregisteret', file, '--data', join(server.folder, 'data')]);
  assert.equal(again.status, 0, again.out);
  assert.match(again.out, /went on after \d+ that were there already/);
  assert.match(again.out, /units: 200000 looked at, 200000 rows stored/);
  await server.remove();
});

test('a person whose number became another logs in with either, as the same', async () => {
  const server = await Server.demo({ engine: 'sqlite' });
  const client = new Client(server.origin);
  const [person] = await client.people('Modig Måltrost');
  await client.login(person.number);
  const before = await client.chooseParty('Fjord og Fjell AS');
  const file = join(place, 'number-changes.csv');
  writeFileSync(file, `identifikator;ny_identifikator;fra\n${person.number};03851598730;2026-01-01\n`);
  const { status, out } = alting(['import', 'folkeregisteret', file, '--data', join(server.folder, 'data')]);
  assert.equal(status, 0, out);
  assert.match(out, /1 looked at, 1 joined/);
  assert.ok(!out.includes(person.number) && !out.includes('03851598730'), 'numbers are not repeated');
  for (const number of ['03851598730', person.number]) {
    const again = new Client(server.origin);
    await again.login(number);
    assert.equal(await again.chooseParty('Fjord og Fjell AS'), before);
  }
  assert.ok(!server.lastLog(1e6).includes('03851598730'));
  await server.remove();
});

test('the demo says where it is and what to try', async () => {
  const server = await Server.demo({ start: false });
  const child = spawn(program, server.words, { cwd: top });
  let out = '';
  child.stdout.on('data', (part) => { out += part; });
  for (let i = 0; i < 300 && !out.includes('Ctrl-C'); i += 1) await sleep(100);
  child.kill('SIGTERM');
  const code = await new Promise((done) => child.on('exit', done));
  assert.equal(code, 0);
  assert.ok(out.includes(server.origin));
  assert.match(out, /verify/);
  rmSync(server.folder, { recursive: true, force: true });
});
