// The disk fails under the real program: system calls that write or sync are made to fail, at random, while users save and send.
//
// libfiu stands between the program and the C library (fiu-run does the same), and is told through its pipes which call fails from
// now on. Whatever happens: an answer is either an acknowledgement or a 503 that says so; what was acknowledged is there when the
// disk is well again, and after a kill; and service is restored without a restart.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, form, filled } from '../lib/client.mjs';
import { Server, alting, sleep } from '../lib/server.mjs';

const app = 'dat/veiledning';
const libraries = ['/usr/lib/fiu/fiu_run_preload.so', '/usr/lib/fiu/fiu_posix_preload.so'];
const EIO = 5, ENOSPC = 28;
let server;

class User {
  constructor(number) { Object.assign(this, { number, client: new Client(server.origin), sent: [], saved: null, maybe: [], acknowledged: 0, refused: 0 }); }

  async logIn(person) {
    await this.client.login(person);
    this.party = await this.client.chooseParty('Fjord og Fjell AS');
    return this;
  }

  async begin() {
    const { id } = await this.client.start(this.party, app);
    this.id = id;
    this.saved = null;
    this.maybe = [];
  }

  path(rest) { return `/a/${this.party}/utkast/${this.id}${rest}`; }

  // A POST: true when it was acknowledged; false for a clear refusal. Anything else is a fault.
  async post(page, wanted, changes, button) {
    const fields = filled(wanted, changes);
    if (button) fields.push([button.name, button.value]);
    const answer = await this.client.post(new URL(wanted.action, page.url).href, fields, { multipart: wanted.multipart, follow: false });
    if (answer.status === 303) {
      this.acknowledged += 1;
      return true;
    }
    assert.equal(answer.status, 503, `an answer that is neither yes nor a clear no: ${answer.status} ${answer.body.slice(0, 300)}`);
    assert.ok(answer.headers['retry-after'], 'a 503 says when to try again');
    assert.match(answer.body, /<h1/, 'a 503 is a page that one can read');
    this.refused += 1;
    return false;
  }

  // The page, or nothing while the disk does not let it be made.
  async page(target) {
    const page = await this.client.get(target);
    if (page.status === 200) return page;
    assert.equal(page.status, 503, `${target} answers ${page.status}`);
    this.refused += 1;
    return null;
  }

  async save(word) {
    const page = await this.page(this.path('/side/Sporsmal'));
    if (!page) return;
    const values = { 'sporsmal.tema': 'annet', 'sporsmal.emne': word, 'sporsmal.tekst': `${word} ${'æøå '.repeat(50)}slutt` };
    if (await this.post(page, form(page.body, '#form-page'), values)) {
      this.saved = word;
      this.maybe = [];
    } else {
      this.maybe.push(word);  // a commit whose answer was refused may be durable all the same
    }
  }

  async finishAndSend() {
    await this.save(`Sist ${this.number}`);
    const contact = await this.client.get(this.path('/side/Kontakt'));
    assert.ok(await this.post(contact, form(contact.body, '#form-page'), { 'kontakt.navn': 'Navn', 'kontakt.svar': 'innboks' }, { name: 'go', value: 'next' }));
    await this.client.send(this.party, this.id);
    this.sent.push(this.id);
  }

  async checkDraft() {
    const page = await this.client.get(this.path('/side/Sporsmal'));
    assert.equal(page.status, 200);
    const there = Object.fromEntries(form(page.body, '#form-page').fields)['sporsmal.emne'] ?? '';
    assert.ok([this.saved ?? '', ...this.maybe].includes(there), `there is "${there}", acknowledged was "${this.saved}"`);
    this.saved = there;
    this.maybe = [];
  }

  async checkSent() {
    for (const id of this.sent) {
      const receipt = join(server.folder, `${id}.json`);
      writeFileSync(receipt, await this.client.receipt(this.party, id));
      assert.equal(alting(['verify', receipt]).status, 2, 'intact; the key is not given');
    }
  }
}

// Tells the running program which call fails from now on, or (nothing) that all is well.
const calls = ['posix/io/rw/pwrite', 'posix/io/sync/fsync', 'posix/io/sync/fdatasync', 'posix/io/oc/open'];
const fiu = (...commands) => execFileSync('fiu-ctrl', ['-f', join(server.folder, 'fiu'), ...commands.flatMap((one) => ['-c', one]), String(server.child.pid)]);
const fail = (call, errno, probability) => fiu(`enable_random name=${call},failinfo=${errno},probability=${probability}`);
const heal = () => fiu(...calls.map((call) => `disable name=${call}`));

const users = [];
before(async () => {
  for (const one of libraries) assert.ok(existsSync(one), `${one} is missing: apt-get install fiu-utils`);
  server = await Server.demo({ start: false });
  server.env = { LD_PRELOAD: libraries.join(' '), FIU_CTRL_FIFO: join(server.folder, 'fiu') };
  await server.start();
  for (let number = 0; number < 4; number += 1) users.push(await new User(number).logIn('Modig Måltrost'));
});
after(() => server?.remove());

const table = [
  { what: 'now and then a write fails', call: 'posix/io/rw/pwrite', errno: EIO, probability: 0.05 },
  { what: 'the disk is full', call: 'posix/io/rw/pwrite', errno: ENOSPC, probability: 1 },
  { what: 'now and then syncing fails', call: 'posix/io/sync/fdatasync', errno: EIO, probability: 0.2 },
  { what: 'no sync works', call: 'posix/io/sync/fdatasync', errno: EIO, probability: 1 },
  { what: 'now and then syncing a folder or file fails', call: 'posix/io/sync/fsync', errno: EIO, probability: 0.3 },
];
for (const { what, call, errno, probability } of table) {
  test(`${what}: nothing acknowledged is lost, the rest is refused clearly, and it passes`, async () => {
    for (const user of users) await user.begin();
    for (const user of users) await user.save(`Først ${user.number}`);
    const refusedBefore = users.reduce((sum, user) => sum + user.refused, 0);
    fail(call, errno, probability);
    try {
      await Promise.all(users.map(async (user) => {
        for (let round = 0; round < 6; round += 1) await user.save(`${call.split('/').pop()} ${user.number}-${round}`);
      }));
    } finally {
      heal();
    }
    const refused = users.reduce((sum, user) => sum + user.refused, 0) - refusedBefore;
    if (probability === 1) assert.ok(refused > 0, 'the faults reached the program');
    await sleep(300);
    for (const user of users) {
      await user.checkDraft();
      await user.finishAndSend();
      await user.checkSent();
    }
  });
}

test('and after a kill all of it is still there', async () => {
  await server.kill();
  server.env = {};
  await server.start();
  for (const user of users) await user.checkSent();
  await users[0].begin();
  await users[0].finishAndSend();
});
