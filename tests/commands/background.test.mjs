// What the program does by itself, seen from outside: jobs keep their period over a kill, the outbox empties, and /metrics tells of both.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Client } from '../lib/client.mjs';
import { Server, Postgres, backUp, sleep } from '../lib/server.mjs';

/** All that the server counts, by name and labels. */
async function counted(server) {
  const text = await (await fetch(`${server.origin}/metrics`)).text();
  return new Map(text.split('\n').filter((line) => line && !line.startsWith('#')).map((line) => {
    const end = line.lastIndexOf(' ');
    return [line.slice(0, end), Number(line.slice(end + 1).replace('Inf', 'Infinity'))];
  }));
}

/**
 * Reads until `holds` says so. Counters are there at once; gauges are read anew when the server starts and every ten seconds, so wait for those
 * only after a start.
 */
async function until(server, holds, what) {
  const end = Date.now() + 60_000;
  for (;;) {
    const now = await counted(server);
    if (holds(now)) return now;
    if (Date.now() > end) assert.fail(`${what}\n${[...now].filter(([name]) => /outbox|job|backup/.test(name)).map((one) => one.join(' ')).join('\n')}`);
    await sleep(100);
  }
}

const jobs = (now, name) => [...now].filter(([one]) => one.startsWith(`${name}{job="`));
/** The codes of the jobs that this process has run so far, once or more. */
const ran = (now) => jobs(now, 'alting_job_runs_total').filter(([, runs]) => runs > 0).map(([name]) => /job="([^"]+)"/.exec(name)[1]);

for (const engine of ['sqlite', 'postgresql']) {
  test(`jobs run once in their period, and what is emitted is delivered, also over a kill (${engine})`, async () => {
    const postgres = engine === 'postgresql' ? await Postgres.start() : null;
    const server = await Server.demo({ engine, postgres });
    try {
      const first = await until(server, (now) => ran(now).length > 5 && now.has('alting_backup_age_seconds'), 'the jobs have not run');
      assert.equal(first.get('alting_backup_age_seconds'), Infinity);

      const client = new Client(server.origin);
      await client.login('Modig Måltrost');
      const party = await client.chooseParty('Fjord og Fjell AS');
      const { id, page } = await client.start(party, 'dat/veiledning');
      const next = await client.fill(page, { 'sporsmal.tema': 'annet', 'sporsmal.emne': 'Kø', 'sporsmal.tekst': 'Kø kø' });
      await client.fill(next, { 'kontakt.navn': 'Modig Måltrost', 'kontakt.svar': 'innboks' });
      await client.send(party, id);
      const erased = 'alting_outbox_deliveries_total{outcome="done",subscriber="instances",topic="instances.keys.erase"}';
      await until(server, (now) => now.get(erased) >= 1, 'the draft\'s key was not erased by the outbox');

      backUp(server);
      await server.kill();
      const killed = Date.now() / 1_000;
      await server.start();
      const again = await until(server, (now) => now.get('alting_backup_age_seconds') < 3_600 && now.has('alting_outbox_unknown') &&
        now.get('alting_outbox_waiting{topic="instances.keys.erase"}') === 0 && jobs(now, 'alting_job_last_end_seconds').length > 5, 'after the kill');
      assert.equal(again.get('alting_outbox_unknown'), 0);
      assert.ok(jobs(again, 'alting_job_failures').every(([, failures]) => failures === 0));
      for (const code of ran(first)) {
        assert.equal(again.get(`alting_job_late_seconds{job="${code}"}`), 0, code);
        assert.ok(again.get(`alting_job_last_end_seconds{job="${code}"}`) <= killed, `${code}: it ran again before its time`);
        assert.ok(!ran(again).includes(code), `${code}: it ran again before its time`);
      }
    } finally {
      await server.remove();
      await postgres?.remove();
    }
  });
}
