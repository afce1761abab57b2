// The database goes away under the running program. What must be there then, is: the state of the portal, the forms on paper, and how else to reach the
// agencies; and nothing of what broke is told.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Client, words } from '../lib/client.mjs';
import { Postgres, Server, sleep } from '../lib/server.mjs';

let postgres, server, nobody, somebody;
before(async () => {
  postgres = await Postgres.start({ fsync: false });
  server = await Server.demo({ engine: 'postgresql', postgres });
  nobody = new Client(server.origin);
  somebody = new Client(server.origin);
  await somebody.login('Modig Måltrost');
});
after(async () => {
  await server?.remove();
  await postgres?.remove();
});

const secrets = () => [postgres.folder, 'dbname', 'postgres', 'SELECT', 'libpq'];
const ways = /Andre måter å nå etaten på/;

test('with a database that answers, each part answers', async () => {
  const told = words((await nobody.get('/status')).body);
  assert.match(told, /Alt svarte da vi spurte/);
  assert.doesNotMatch(told, /Nede|Forsinket/);
  assert.doesNotMatch(told, ways);
});

test('without it the state is told in time, forms can be printed, and an error page says how else to reach the agencies', async () => {
  const measured = Date.now();
  postgres.child.kill('SIGKILL');
  await sleep(Math.max(0, 11_000 - (Date.now() - measured)));  // what was measured is kept for ten seconds
  for (const asker of [nobody, somebody]) {
    const asked = Date.now();
    const state = await asker.get('/status');
    assert.equal(state.status, 200);
    assert.ok(Date.now() - asked < 10_000, `${Date.now() - asked} ms`);
    assert.match(words(state.body), /Noe er nede.*Innlogging, skjema og innboks Nede/);
    assert.match(words(state.body), ways);
    const paper = await asker.get('/skjema/dat/avviksmelding/utskrift');
    assert.equal(paper.status, 200);
    assert.match(words(paper.body), ways);
    const service = await asker.get('/skjema/dat/avviksmelding');
    assert.equal(service.status, 200);
    assert.match(words(service.body), ways);
    for (const page of [state, paper, service]) for (const secret of secrets()) assert.ok(!page.body.includes(secret), secret);
  }
  const broken = await somebody.get('/aktor');
  assert.equal(broken.status, 503);
  assert.match(words(broken.body), ways);
  assert.match(broken.body, /postkasse@datatilsynet\.no/);
  for (const secret of secrets()) assert.ok(!broken.body.includes(secret), secret);
});
