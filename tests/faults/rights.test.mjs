// kill -9 at every step of what is done for somebody's rights: a copy of everything, an erasure, a run of retention, a restore. Whatever was begun is
// ended after the next start, once; nothing that was erased comes back; and what the one who asked was told holds. One step of each on SQLite; all of
// them, and PostgreSQL, in the long run: the unit tests pass every step of both.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, form, links } from '../lib/client.mjs';
import { Postgres, Server, alting, backUp, long, program, sleep, top } from '../lib/server.mjs';

const app = 'dat/veiledning';
const years = 366 * 86_400_000_000;

/** One statement on the server's database, whoever else writes there. */
function sql(at, text) {
  if (at.postgres) return at.postgres.sql(text, /dbname=(\w+)/.exec(readFileSync(at.server.config, 'utf8'))[1]);
  const code = 'import sqlite3, sys\nwith sqlite3.connect(sys.argv[1], timeout=30) as c:\n for row in c.execute(sys.argv[2]): print(*row)';
  return execFileSync('python3', ['-c', code, join(at.server.folder, 'data/alting.db'), text], { encoding: 'utf8' });
}
const dueNow = (at, job) => sql(at, `UPDATE job SET due_at = 1, leased_until = 0 WHERE code = '${job}'`);

async function until(what, asked) {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = await asked();
    if (found) return found;
    await sleep(100);
  }
  throw new Error(`it did not come to it: ${what}`);
}

/** Starts the server so that it dies at the place, which it may do before it is ready, and does what leads there. */
async function diesAt(at, place, act = () => {}) {
  if (at.server.child.exitCode === null && at.server.child.signalCode === null) await at.server.stop();
  at.server.env = { ALTING_FAILPOINT: `${place}=kill` };
  const why = await at.server.start().then(act).catch((error) => error);
  let timer;
  const late = new Promise((done) => { timer = setTimeout(() => done({ signal: 'none' }), 60_000); });
  const how = await Promise.race([at.server.ended, late]);
  clearTimeout(timer);
  assert.equal(how.signal, 'SIGKILL', `the program passes ${place}: ${why?.message ?? how.code}`);
  at.server.env = {};
}

async function loggedIn(server, name) {
  const client = new Client(server.origin);
  await client.login(name);
  return { client, party: await client.chooseParty(name) };
}
/** A form that was filled in and sent for the party; its id. */
async function sentForm(client, party) {
  const { id } = await client.start(party, app);
  let page = await client.get(`/a/${party}/utkast/${id}/side/Sporsmal`);
  await client.fill(page, { 'sporsmal.tema': 'annet', 'sporsmal.emne': 'Innsyn', 'sporsmal.tekst': 'Hvem har sett opplysningene mine?' });
  page = await client.get(`/a/${party}/utkast/${id}/side/Kontakt`);
  await client.fill(page, { 'kontakt.navn': 'Navn', 'kontakt.svar': 'innboks' });
  await client.send(party, id);
  return id;
}
const post = (client, page, action) => client.submit(page, form(page.body, action), {});

/** A restore that dies at the place. */
async function diesRestoring(words, place) {
  const child = spawn(program, words, { cwd: top, stdio: 'ignore', env: { ...process.env, ALTING_FAILPOINT: `${place}=kill` } });
  const how = await new Promise((done) => child.once('exit', (code, signal) => done(signal ?? code)));
  assert.equal(how, 'SIGKILL', `the restore passes ${place}`);
}

for (const engine of long ? ['sqlite', 'postgresql'] : ['sqlite']) {
  const steps = (all, few) => (long ? all : few);
  const at = {};

  before(async () => {
    at.postgres = engine === 'postgresql' ? await Postgres.start({ fsync: false }) : null;
    at.server = await Server.demo({ engine, postgres: at.postgres });
  });
  after(async () => {
    await at.server?.remove();
    await at.postgres?.remove();
  });

  test(`a copy that is killed at every step is made once, and is whole (${engine})`, async () => {
    let { client, party } = await loggedIn(at.server, 'Modig Måltrost');
    await sentForm(client, party);
    const place = `/a/${party}/personvern/kopi`;
    let ask = async () => {
      ask = () => {};  // once; whoever starts takes it on
      await post(client, await client.get(place), '/personvern/kopi');
    };
    for (const step of steps(['copies.taken', 'copies.gathered', 'copies.written', 'copies.logged', 'copies.before_ready'], ['copies.before_ready'])) {
      await diesAt(at, step, () => ask());
      sql(at, "UPDATE privacy_copy SET leased_until = 0, tries = 0 WHERE state <> 'ready'");  // as when the lease of the one who died has ended
    }
    await at.server.start();
    ({ client } = await loggedIn(at.server, 'Modig Måltrost'));
    const copy = await until('the copy is ready', async () =>
      links((await client.get(place)).body).map((one) => one.href).filter((href) => /\/personvern\/kopi\/[0-9a-f-]{36}$/.test(href)).at(0));
    assert.equal(new Set(links((await client.get(place)).body).map((one) => one.href).filter((href) => href.includes('/kopi/'))).size, 1, 'one copy');
    const answer = await client.get(copy, { binary: true });
    assert.equal(answer.status, 200);
    const file = join(at.server.folder, 'kopi.zip');
    writeFileSync(file, answer.octets);
    const verified = alting(['verify', file]);
    assert.ok([0, 2].includes(verified.status), verified.out);  // 2: intact; whose key it is, is not given
    const cut = Buffer.from(answer.octets);
    cut[Math.floor(cut.length / 2)] ^= 1;
    writeFileSync(file, cut);
    assert.equal(alting(['verify', file]).status, 1, 'a changed copy');
  });

  test(`an erasure that is killed at every step is carried out, and its certificate proves it (${engine})`, async () => {
    const people = ['Glad Havørn', 'Travel Tiur', 'Presis Piggsvin', 'Ordentlig Kontrabass', 'Rolig Brisling', 'Myndig Mårhund', 'Grundig Grevling', 'Fjern Fiskeørn'];
    const all = steps(['erasure.ordered', 'erasure.line', 'erasure.listed', 'erasure.keys', 'erasure.item', 'erasure.rows', 'erasure.certified', 'erasure.forgotten'], ['erasure.item']);
    for (const [i, step] of all.entries()) {
      const name = people[i];
      let { client, party } = await loggedIn(at.server, name);
      const sent = await sentForm(client, party);
      const { id: draft } = await client.start(party, app);
      const place = `/a/${party}/personvern/slett`;
      await diesAt(at, step, async () => post(client, await client.get(place), '/personvern/slett'));
      dueNow(at, 'carry_out_erasures');
      await at.server.start();
      ({ client } = await loggedIn(at.server, name));
      const certificate = await until(`${step}: it is done`, async () =>
        links((await client.get(place)).body).map((one) => one.href).find((href) => /\/personvern\/slett\/[0-9a-f-]{36}$/.test(href)));
      const file = join(at.server.folder, 'slettebevis.json');
      const proof = (await client.get(certificate)).body;
      writeFileSync(file, proof);
      const verified = alting(['verify', file]);
      assert.ok([0, 2].includes(verified.status), `${step}: ${verified.out}`);
      assert.ok(!proof.includes(party) && !proof.includes(name), 'no personal data');
      assert.equal((await client.get(`/a/${party}/utkast/${draft}/oversikt`)).status, 404, step);
      assert.equal((await client.get(`/a/${party}/sak/${sent}`)).status, 404, step);
      for (const folder of ['sendt', 'mottatt', 'arkiv']) assert.ok(!(await client.get(`/a/${party}/innboks?mappe=${folder}`)).body.includes(sent), `${step}: ${folder}`);
    }
  });

  test(`a run of retention that is killed ends what it should after the next start, and no more (${engine})`, async () => {
    const client = new Client(at.server.origin);
    await client.login('Modig Måltrost');
    const party = await client.chooseParty('Fjord og Fjell AS');
    const [over, kept] = [await sentForm(client, party), await sentForm(client, party)];
    for (const id of [over, kept]) assert.equal((await post(client, await client.get(`/a/${party}/sak/${id}`), '/slett')).status, 200);
    const deleted = async () => (await client.get(`/a/${party}/innboks?mappe=slettet`)).body;
    for (const id of [over, kept]) assert.ok((await deleted()).includes(id));
    sql(at, `UPDATE instance SET removed_at = removed_at - ${3 * years} WHERE instance_id = '${over}'`);
    dueNow(at, 'end_deleted_forms');
    await diesAt(at, 'instances.deleted_ended');
    dueNow(at, 'end_deleted_forms');
    await at.server.start();
    await client.login('Modig Måltrost');
    await until('what is over two years is gone', async () => !(await deleted()).includes(over));
    assert.equal((await client.get(`/a/${party}/sak/${over}`)).status, 404);
    assert.ok((await deleted()).includes(kept), 'the other can be brought back still');
  });

  test(`requests that were answered long ago are gone once, though their keys went first (${engine})`, { skip: !long }, async () => {
    const id = '019ac000-0000-7000-8000-000000000001';
    const words = engine === 'sqlite' ? "x'00'" : "decode('00', 'hex')";
    sql(at, `INSERT INTO rights_request (id, party, kind, controller, target, item, ground, key_id, words, asked_at, asked_by, due_at, state, refusal, answered_at, answered_by) `
      + `VALUES ('${id}', 1, 'other', 'operator', 'all', '', '', '${id}', ${words}, 1, 1, 1, 'withdrawn', '', 1, '')`);
    dueNow(at, 'forget_rights_requests');
    await diesAt(at, 'privacy.requests.keys_erased');
    dueNow(at, 'forget_rights_requests');
    await at.server.start();
    await until('it is gone', () => sql(at, `SELECT COUNT(*) FROM rights_request WHERE id = '${id}'`).trim() === '0');
  });

  test(`a restore that is killed can be done again, and what was erased and held since the backup is so again (${engine})`, async () => {
    const name = 'Klok Kattugle';
    const { client, party } = await loggedIn(at.server, name);
    const { id: draft } = await client.start(party, app);
    const sent = await sentForm(client, party);
    const { backup, keys } = backUp(at.server);
    const place = `/a/${party}/personvern/slett`;
    assert.equal((await post(client, await client.get(place), '/personvern/slett')).status, 200);
    const again = await loggedIn(at.server, name);
    await until('it is erased', async () => links((await again.client.get(place)).body).some((one) => /\/personvern\/slett\/[0-9a-f-]{36}$/.test(one.href)));
    const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const placed = alting(['retention', 'hold', '--rule', 'login.attempt', '--reason', 'krav 26/1', '--owner', 'Ombudet', '--until', day, ...at.server.where]);
    const held = /held: (\S+)/.exec(placed.out)?.[1];
    assert.ok(held, placed.out);
    const outside = join(at.server.folder, 'data/outside');
    await until('the list outside knows the hold', () => readFileSync(join(outside, 'erasures'), 'utf8').includes(` hold ${held} `));
    await at.server.stop();
    for (const step of steps(['restore.entries', 'restore.put_back', 'restore.rows', 'restore.orders', 'restore.done'], ['restore.rows'])) {
      let restored = null;
      const target = async () => {
        restored = await Server.demo({ engine, postgres: at.postgres, start: false });
        cpSync(outside, join(restored.folder, 'data/outside'), { recursive: true });
        return ['restore', backup, '--keys', keys, '--new-origin', ...restored.where];
      };
      try {
        let words = await target();
        await diesRestoring(words, step);
        if (engine === 'postgresql') {  // pg_restore wants an empty database
          await restored.remove();
          words = await target();
        }
        const done = alting(words);
        assert.equal(done.status, 0, `${step}: ${done.out}`);
        await restored.start();
        const back = await loggedIn(restored, name);
        assert.equal((await back.client.get(`/a/${party}/utkast/${draft}/oversikt`)).status, 404, step);
        assert.equal((await back.client.get(`/a/${party}/sak/${sent}`)).status, 404, step);
        for (const folder of ['arbeid', 'sendt']) {
          const { body } = await back.client.get(`/a/${party}/innboks?mappe=${folder}`);
          assert.ok(!body.includes(draft) && !body.includes(sent), `${step}: ${folder}`);
        }
        assert.ok(alting(['retention', 'holds', ...restored.where]).out.includes(held), `${step}: the hold is not in force`);
      } finally {
        await restored?.remove();
      }
    }
  });
}
