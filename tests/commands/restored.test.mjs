// What was erased since a backup was made stays erased when it is restored: keys, rows, and what stands plain in them.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { Client, form } from '../lib/client.mjs';
import { Server, Postgres, alting, backUp, sleep } from '../lib/server.mjs';

const app = 'dat/avviksmelding';

/** All that stands in the database, as text. */
function dump(server, engine, postgres) {
  if (engine === 'postgresql') return postgres.dump(/dbname=(\w+)/.exec(readFileSync(server.config, 'utf8'))[1]);
  const read = 'import sqlite3, sys; print("\\n".join(sqlite3.connect(sys.argv[1]).iterdump()))';
  return execFileSync('python3', ['-c', read, join(server.folder, 'data/alting.db')], { encoding: 'utf8', maxBuffer: 1 << 28 });
}
async function draftWith(client, party, file) {
  const { id } = await client.start(party, app);
  const page = await client.get(`/a/${party}/utkast/${id}/side/Vedlegg`);
  const done = await client.fill(page, { 'tag:vedlegg': 'annet' },
    { go: 'upload', files: [{ field: 'file:vedlegg', name: file, type: 'text/plain', data: 'Alt er i orden.\n' }] });
  assert.equal(done.status, 200);
  assert.ok(done.body.includes(file));
  return id;
}

for (const engine of ['sqlite', 'postgresql']) {
  test(`a draft thrown away since a backup does not come back with it, nor does a session (${engine})`, async () => {
    const postgres = engine === 'postgresql' ? await Postgres.start() : null;
    const server = await Server.demo({ engine, postgres });
    let restored;
    try {
      const client = new Client(server.origin);
      await client.login('Modig Måltrost');
      const party = await client.chooseParty('Fjord og Fjell AS');
      const kept = await draftWith(client, party, 'blir-staaende.txt');
      const away = await draftWith(client, party, 'kastes-siden.txt');
      await sleep(6_000);  // one's own reads are written in batches
      const { backup, keys } = backUp(server);
      const overview = await client.get(`/a/${party}/utkast/${away}/oversikt`);
      const thrown = await client.submit(overview, form(overview.body, '/slett'), {});
      assert.equal(thrown.status, 200);
      assert.equal((await client.get(`/a/${party}/utkast/${away}/oversikt`)).status, 404);
      // What is held since is in no backup either, and is held again.
      const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
      const placed = alting(['retention', 'hold', '--party', party, '--reason', 'krav 26/1', '--owner', 'Kari Nordmann', '--until', until, ...server.where]);
      const hold = /[0-9a-f-]{36}/.exec(placed.out.replaceAll(party, ''))?.[0];
      assert.ok(placed.status === 0 && hold, placed.out);
      await sleep(3_000);  // it is noted outside once the commit is over
      await server.stop();

      restored = await Server.demo({ engine, postgres, start: false });
      cpSync(join(server.folder, 'data/outside'), join(restored.folder, 'data/outside'), { recursive: true });
      // The log had signed more than the backup holds.
      const done = alting(['restore', backup, '--keys', keys, '--new-origin', ...restored.where]);
      assert.equal(done.status, 0, done.out);
      assert.match(done.out, /[1-9]\d* erasures done again, [1-9]\d* rows erased or ended/);
      const left = dump(restored, engine, postgres);
      for (const word of [kept, 'blir-staaende.txt']) assert.ok(left.includes(word), `${word} is gone`);
      // Its beginning stands in the activity log, by its id alone.
      const rows = left.split('\n').filter((line) => line.includes(away) || line.includes('kastes-siden'));
      assert.deepEqual(rows.filter((line) => !/ledger_|outbox|store_once/.test(line) && engine === 'sqlite'), []);
      assert.ok(!left.includes('kastes-siden'), 'the name of its file came back');
      assert.ok(left.includes(hold), 'what was held since the backup is held no more');

      await restored.start();
      const before = new Client(restored.origin);
      for (const [host, cookies] of client.jar) before.jar.set(host, new Map(cookies));
      assert.notEqual((await before.get(`/a/${party}/innboks`, { follow: false })).status, 200, 'the session of before goes on');
      const again = new Client(restored.origin);
      await again.login('Modig Måltrost');
      const inbox = await again.get(`/a/${party}/innboks`);
      assert.ok(inbox.body.includes(kept));
      assert.ok(!inbox.body.includes(away), 'it is in the inbox');
      assert.equal((await again.get(`/a/${party}/utkast/${away}/oversikt`)).status, 404);
      assert.equal((await again.get(`/a/${party}/utkast/${kept}/oversikt`)).status, 200);
    } finally {
      await restored?.remove();
      await server.remove();
      await postgres?.remove();
    }
  });
}
