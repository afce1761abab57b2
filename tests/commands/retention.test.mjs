// What an operator types about how long things stay: a plan that changes nothing, a run, holds; and time that passes in test mode alone. What is asked
// wrongly, and who owns a hold, is no matter of the database: on PostgreSQL with --long.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Client } from '../lib/client.mjs';
import { Server, Postgres, alting, long, sleep } from '../lib/server.mjs';

const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

for (const engine of ['sqlite', 'postgresql']) {
  test(`what is due is told, held, and ended (${engine})`, async () => {
    const postgres = engine === 'postgresql' ? await Postgres.start() : null;
    const server = await Server.demo({ engine, postgres });
    const said = (...words) => {
      const { status, out } = alting(['retention', ...words, ...server.where]);
      assert.equal(status, 0, out);
      return out;
    };
    const refused = (...words) => {
      const { status, out } = alting(['retention', ...words, ...server.where]);
      assert.notEqual(status, 0, out);
      return out;
    };
    try {
      const client = new Client(server.origin);
      await client.login('Modig Måltrost');
      await client.chooseParty('Fjord og Fjell AS');

      let next = said('plan', '--at', day(800));
      for (let tries = 0; tries < 30 && !/ledger\.passing in ledger_activity: [1-9]/.test(next); ++tries) {  // the activity log comes seconds later
        await sleep(500);
        next = said('plan', '--at', day(800));
      }
      assert.match(next, /login\.attempt in login_attempt: [1-9]\d* now/);
      assert.match(next, /ledger\.passing in ledger_activity: [1-9]\d* now/);
      assert.match(next, /personvernforordningen art\. 5/);
      assert.match(next, /nothing is changed/);
      const all = engine === 'sqlite' || long;
      if (all) {
        assert.match(said('plan'), /\d+ rows go now/);
        assert.doesNotMatch(said('plan', '--all'), /[^0-9][0-9]{11}[^0-9]/, 'nobody is named');
      }

      const held = /held: (\S+)/.exec(said('hold', '--rule', 'ledger.passing', '--reason', 'krav 26/1', '--owner', 'Ombudet', '--until', day(30)))[1];
      if (all) {
        assert.match(said('holds'), new RegExp(`${held}  ledger.passing  until .*Ombudet: krav 26/1`));
        assert.match(said('plan', '--at', day(20)), /with 1 holds in force/);
        assert.match(refused('hold', '--reason', 'x y z', '--owner', 'Ombudet', '--until', day(30)), /say what is held/);
        assert.match(refused('hold', '--rule', 'ledger.passing', '--reason', 'krav', '--owner', 'Ombudet', '--until', day(700)), /366 days/);
        assert.match(refused('hold', '--rule', 'no.such', '--reason', 'krav', '--owner', 'Ombudet', '--until', day(30)), /no such rule/);
        assert.equal(said('renew', held, '--until', day(60)).trim(), 'renewed');
      }
      assert.match(said('run'), /\d+ ended, 1 holds in force/);
      assert.equal(said('lift', held).trim(), 'lifted');
      if (all) assert.match(refused('lift', held), /no hold in force/);
      assert.match(refused('run', '--at', day(800)), /stop the server first/);

      await server.stop();
      const years = said('run', '--at', day(800));
      assert.match(years, /login\.attempt: [1-9]/);
      assert.match(years, /ledger\.passing: [1-9]/);
      assert.doesNotMatch(said('plan', '--at', day(800)), /login\.attempt in login_attempt/);
    } finally {
      await server.remove();
      await postgres?.remove();
    }
  });
}
