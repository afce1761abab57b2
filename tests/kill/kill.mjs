// Kills the real server with SIGKILL at random moments while users fill in, attach and send, starts it again, and checks that
// everything it had acknowledged is there:
//
//   - a saved draft holds what was saved last (or what was on its way when the server died: then that, from now on);
//   - an attachment is there with the same octets;
//   - a submission is there, once, with the answers and attachments it was sent with; repeating the POST gives the first answer;
//   - a receipt that was given is proved by the tree that the log publishes now, and its entry is the same when fetched again.
//
// How many kills there must be of each engine: all of --kills; and when --seconds ends it earlier, at least 25 in 105 s (the short run of
// script/test), in proportion. That is far less than two slow cores give, and far more than a run that hardly came to kill anything.
//
// "Acknowledged" is the moment the answer to a POST has arrived. A user's last request may be cut off: then both outcomes are
// allowed, but it must be one of the two, and stay so.
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, form, filled, unescape } from '../lib/client.mjs';
import { Server, Postgres, alting, sleep } from '../lib/server.mjs';
import { Random, options } from '../lib/random.mjs';
import { Tree, logOf, readReceipt } from '../lib/tlog.mjs';

const chosen = options({ kills: 100, engine: 'both', seconds: 0, seed: Date.now() % 1_000_000, users: 6, keep: false });
const leastKills = chosen.seconds === 0 ? chosen.kills : Math.min(chosen.kills, Math.floor((25 * chosen.seconds) / 105));
const app = 'dat/veiledning';

class Lost extends Error {}
const expect = (condition, message) => { if (!condition) throw new Lost(message); };
const sha256 = (octets) => createHash('sha256').update(octets).digest('hex');

// A PDF of a few octets with words of its own: the type is told by its beginning.
const smallPdf = (random) => Buffer.concat([Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n%'),
                                            randomBytes(random.between(20, 4000)).toString('hex').match(/.{1,100}/g).join('\n%'),
                                            Buffer.from('\ntrailer<</Root 1 0 R>>\n%%EOF\n')].map((part) => Buffer.from(part)));

const isDeath = (error) => error.code === 'ECONNRESET' || error.code === 'ECONNREFUSED' || error.code === 'EPIPE' || /socket hang up|broke off/.test(error.message);

class User {
  constructor(server, number, random, sum) {
    Object.assign(this, { server, number, random, sum });
    this.client = new Client(server.origin);
    this.matters = [];   // all that was sent: {id, party, values, files, receipt}
    this.fresh = [];     // those since the last kill
    this.draft = null;   // the one being filled in: {id, party, values, files}
    this.pending = null; // the POST on its way: {what, ...}
  }

  async logIn(person) {
    this.person = person;
    await this.client.login(person);
    this.loggedIn = Date.now();
    if (this.parties) return;
    this.parties = [];  // for whom this user may send the form
    for (const one of await this.client.parties()) {
      const start = await this.client.get(`/a/${one.uuid}/skjema/${app}`);
      if (start.status === 200 && start.body.includes('/start"')) this.parties.push(one.uuid);
    }
  }

  // Posts without following: the answer is the acknowledgement.
  async post(page, wanted, changes, extra, pending) {
    const fields = filled(wanted, changes);
    if (extra.button) fields.push([extra.button.name, extra.button.value]);
    this.pending = { ...pending, target: new URL(wanted.action, page.url).href, fields };
    const answer = await this.client.post(this.pending.target, fields, { files: extra.files ?? [], multipart: wanted.multipart, follow: false });
    if (extra.orAsked && answer.status === 422) {
      this.pending = null;
      return null;
    }
    expect(answer.status === 303 || answer.status === 302, `${pending.what} was answered with ${answer.status} at ${wanted.action}: ${answer.body.slice(0, 200)}`);
    this.pending = null;
    return answer.headers.location;
  }

  path(rest) { return `/a/${this.draft.party}/utkast/${this.draft.id}${rest}`; }

  async page(target) {
    const page = await this.client.get(target);
    expect(page.status === 200, `${target} answers ${page.status} "${unescape(page.body.slice(0, 200))}"`);
    return page;
  }

  async begin() {
    const party = this.random.pick(this.parties);
    let location = null;
    // Another of the party's people may have sent its first form since the page was shown: then one is asked whether this adds to it.
    for (let tries = 0; !location; tries += 1) {
      const start = await this.page(`/a/${party}/skjema/${app}`);
      const wanted = form(start.body, '/start');
      const chosen = 'valg' in wanted.choices;
      location = await this.post(start, wanted, chosen ? { valg: 'ny' } : {}, { orAsked: !chosen && tries === 0 }, { what: 'start' });
    }
    const id = /\/utkast\/([0-9a-f-]{36})/.exec(location)[1];
    this.draft = { id, party, values: {}, files: [] };
    this.sum.drafts += 1;
  }

  async save() {
    const page = await this.page(this.path('/side/Sporsmal'));
    const mark = `${this.number}-${this.random.below(1e9)}`;
    const values = { 'sporsmal.tema': this.random.pick(['helse', 'arbeid', 'annet']), 'sporsmal.emne': `Emne ${mark}`,
                     'sporsmal.tekst': `Tekst ${mark} ${'æøå '.repeat(this.random.below(100))}slutt` };
    await this.post(page, form(page.body, '#form-page'), values, {}, { what: 'save', values });
    this.draft.values = { ...this.draft.values, ...values };
    this.sum.saves += 1;
  }

  async attach() {
    const page = await this.page(this.path('/side/Sporsmal'));
    const wanted = form(page.body, '#form-page');
    if (!wanted.files.includes('file:vedlegg')) return;
    const data = smallPdf(this.random);
    const file = { name: `brev-${this.number}-${this.random.below(1e9)}.pdf`, digest: sha256(data) };
    await this.post(page, wanted, { 'tag:vedlegg': 'brev' }, { button: { name: 'upload', value: 'vedlegg' }, files: [{ field: 'file:vedlegg', name: file.name, type: 'application/pdf', data }] },
                    { what: 'attach', file });
    this.draft.files.push(file);
    this.sum.attachments += 1;
  }

  async contact() {
    const page = await this.page(this.path('/side/Kontakt'));
    const values = { 'kontakt.navn': `Navn ${this.number}`, 'kontakt.svar': 'innboks' };
    await this.post(page, form(page.body, '#form-page'), values, { button: { name: 'go', value: 'next' } }, { what: 'contact', values });
    this.draft.values = { ...this.draft.values, ...values };
    this.sum.saves += 1;
  }

  async send() {
    const overview = await this.page(this.path('/oversikt'));
    await this.post(overview, form(overview.body, '/send'), {}, {}, { what: 'send' });
    this.sent();
    await this.fetchReceipt(this.fresh.at(-1));
  }

  sent() {
    const matter = this.draft;
    this.draft = null;
    this.matters.push(matter);
    this.fresh.push(matter);
    this.sum.submissions += 1;
  }

  async fetchReceipt(matter) {
    const answer = await this.client.get(`/a/${matter.party}/sak/${matter.id}/kvittering.json`);
    if (answer.status === 503) return;  // sent, proof follows
    expect(answer.status === 200, `the receipt of ${matter.id} answers ${answer.status}`);
    const receipt = readReceipt(answer.body);
    if (matter.receipt) {
      expect(matter.receipt.entryText === receipt.entryText && matter.receipt.salt === receipt.salt && matter.receipt.index === receipt.index,
             `the receipt of ${matter.id} has another entry than before`);
    } else {
      matter.receipt = receipt;
      matter.receiptText = answer.body;
      this.sum.receipts += 1;
    }
  }

  async work(until) {
    try {
      while (!until.over) {
        if (!this.draft) await this.begin();
        for (let saves = this.random.between(1, 3); saves > 0 && !until.over; saves -= 1) await this.save();
        if (!until.over && this.random.chance(0.5)) await this.attach();
        if (until.over) return;
        await this.contact();
        if (until.over) return;
        await this.send();
      }
    } catch (error) {
      if (!(until.over && isDeath(error))) throw error;
    }
  }

  // ---- after a restart

  async check() {
    if (Date.now() - this.loggedIn > 90 * 60 * 1000) await this.logIn(this.person);
    if (this.pending?.what === 'send') await this.repeatSend();
    if (this.draft) await this.checkDraft();
    this.pending = null;
    for (const matter of this.fresh) await this.checkMatter(matter);
    this.fresh = [];
  }

  // The POST again, as a browser would when one reloads: it is sent once, whatever had happened to the first.
  async repeatSend() {
    const { target, fields } = this.pending;
    for (let times = 0; times < 2; times += 1) {
      const answer = await this.client.post(target, fields, { follow: false });
      expect(answer.status === 303 && answer.headers.location.includes('/kvittering'), `sending again was answered with ${answer.status} ${answer.body.slice(0, 300)}`);
    }
    this.pending = null;
    this.sum.repeated += 1;
    this.sent();
  }

  async checkDraft() {
    const page = await this.page(this.path('/side/Sporsmal'));
    const wanted = form(page.body, '#form-page');
    const there = Object.fromEntries(wanted.fields);
    const names = ['sporsmal.tema', 'sporsmal.emne', 'sporsmal.tekst'];
    const same = (values) => names.every((name) => (values[name] ?? '') === (there[name] ?? ''));
    if (this.pending?.what === 'save' && same({ ...this.draft.values, ...this.pending.values })) {
      this.draft.values = { ...this.draft.values, ...this.pending.values };
    } else {
      expect(same(this.draft.values), `a saved draft was lost: there is ${JSON.stringify(there['sporsmal.emne'])}, saved was ${JSON.stringify(this.draft.values['sporsmal.emne'])}` +
             (this.pending ? ` (on its way: ${this.pending.what})` : ''));
    }
    if (this.pending?.what === 'attach' && page.body.includes(this.pending.file.name)) this.draft.files.push(this.pending.file);
    for (const file of this.draft.files) expect(page.body.includes(file.name), `the attachment ${file.name} was lost from a draft`);
  }

  async checkMatter(matter) {
    await this.fetchReceipt(matter);
    const answer = await this.client.get(`/a/${matter.party}/sak/${matter.id}/skjema.json`);
    expect(answer.status === 200, `the submission ${matter.id} answers ${answer.status}`);
    const document = JSON.parse(answer.body);
    for (const [name, value] of Object.entries(matter.values)) {
      const there = name.split('.').reduce((part, key) => part?.[key], document.data);
      expect(there === value, `the submission ${matter.id} has ${name} = ${JSON.stringify(there)}, sent was ${JSON.stringify(value)}`);
    }
    expect(document.attachments.length === matter.files.length, `the submission ${matter.id} has ${document.attachments.length} attachments, sent were ${matter.files.length}`);
    for (const file of matter.files) {
      const listed = document.attachments.find((one) => one.fileName === file.name);
      expect(listed?.sha256 === file.digest, `the attachment ${file.name} has another digest`);
      const octets = await this.client.get(`/a/${matter.party}/sak/${matter.id}/vedlegg/${listed.id}`, { binary: true });
      expect(octets.status === 200 && sha256(octets.octets) === file.digest, `the attachment ${file.name} has other octets (${octets.status})`);
    }
    if (matter.receipt) {
      expect(matter.receipt.entry.documents.some((one) => one.sha256 === createHash('sha256').update(answer.octets).digest('base64') || one.sha256 === sha256(answer.octets)),
             `the receipt of ${matter.id} speaks of another document`);
    }
  }
}

async function checkTree(users, server) {
  const tree = await Tree.read(await logOf(new Client(server.origin)));
  let proved = 0;
  for (const user of users) {
    for (const matter of user.matters) {
      if (!matter.receipt) continue;
      const fault = tree.fault(matter.receipt);
      expect(!fault, `the receipt of ${matter.id} is not proved by the tree: ${fault}`);
      proved += 1;
    }
  }
  return { proved, size: tree.size };
}

async function run(engine) {
  const random = new Random(chosen.seed);
  const postgres = engine === 'postgresql' ? await Postgres.start() : null;
  const server = await Server.demo({ engine, postgres });
  const sum = { drafts: 0, saves: 0, attachments: 0, submissions: 0, receipts: 0, repeated: 0 };
  const began = Date.now();
  let kills = 0, starts = 0, slowest = 0, treeLooked = 0;
  try {
    const people = (await new Client(server.origin).people()).slice(0, 12);
    const users = [];
    for (const person of people) {
      if (users.length === chosen.users) break;
      const user = new User(server, users.length + 1, random, sum);
      try {
        await user.logIn(person.number);
        if (user.parties.length > 0) users.push(user);
      } catch {
        continue;  // one of the invented people may not log in: that is what that person is for
      }
    }
    if (users.length === 0) throw new Error('nobody to work with');
    console.log(`${engine}: ${users.length} users, started in ${Math.round(server.startMs)} ms, seed ${chosen.seed}`);
    let told = Date.now();
    while (kills < chosen.kills && (chosen.seconds === 0 || Date.now() - began < chosen.seconds * 1000)) {
      const until = { over: false };
      const working = Promise.all(users.map((user) => user.work(until)));
      working.catch(() => {});
      // Mostly soon; now and then late enough for a file to have been looked at, sealed and acknowledged.
      const wait = random.chance(0.1) ? random.between(0, 10) : random.chance(0.2) ? random.between(300, 900) : random.between(10, 300);
      await Promise.race([sleep(wait), working]);
      until.over = true;
      await server.kill();
      kills += 1;
      await working;
      // Now and then it dies again while it starts.
      if (random.chance(0.1)) {
        const starting = server.start().catch(() => {});
        await sleep(random.between(1, Math.max(2, server.startMs)));
        await server.kill();
        await starting;
        kills += 1;
      }
      await server.start();
      starts += 1;
      slowest = Math.max(slowest, server.startMs);
      await Promise.all(users.map((user) => user.check()));
      if (Date.now() - told > 20_000) {
        told = Date.now();
        console.log(`${engine}: ${kills} kills, ${sum.submissions} submissions, ${sum.saves} saves, ${sum.attachments} attachments acknowledged; nothing lost`);
      }
      // The tree and all receipts so far, so that a long run that is broken off has proved something too.
      if (kills - treeLooked >= 500) {
        treeLooked = kills;
        const { proved, size } = await checkTree(users, server);
        console.log(`${engine}: ${proved} receipts proved by a tree of ${size} leaves after ${kills} kills`);
      }
    }
    // All of it once more, and the tree.
    for (const user of users) for (const matter of user.matters) await user.checkMatter(matter);
    const tree = await checkTree(users, server);
    // The program's own verifier, on a few.
    const given = users.flatMap((user) => user.matters).filter((matter) => matter.receiptText);
    for (let i = 0; i < Math.min(10, given.length); i += 1) {
      const matter = random.pick(given);
      const file = join(server.folder, 'receipt.json');
      writeFileSync(file, matter.receiptText);
      const said = alting(['verify', file, '--key', matter.receipt.key]);
      expect(said.status === 0, `alting verify says ${said.status}: ${said.out}`);
    }
    const how = await server.stop();
    expect(how.code === 0, `after SIGTERM it ended with ${how.code ?? how.signal}`);
    console.log(`${engine}: ${kills} kills in ${Math.round((Date.now() - began) / 1000)} s (${starts} starts, slowest ${Math.round(slowest)} ms). Acknowledged and all there: ${sum.drafts} drafts, ` +
                `${sum.saves} saves, ${sum.attachments} attachments, ${sum.submissions} submissions (${sum.repeated} sent again), ${tree.proved} receipts proved by a tree of ${tree.size} leaves.`);
    return { kills, tree };
  } catch (error) {
    console.error(`${engine}: after ${kills} kills (seed ${chosen.seed}): ${error.stack ?? error}`);
    console.error(`The server's last words:\n${server.lastLog()}`);
    throw error;
  } finally {
    if (chosen.keep) console.log(`kept: ${server.folder}`);
    else await server.remove();
    if (postgres && !chosen.keep) await postgres.remove();
  }
}

// Both at once: a server that is killed and starts again leaves the processor idle half of the time.
const engines = chosen.engine === 'both' ? ['sqlite', 'postgresql'] : [chosen.engine];
let bad = 0;
await Promise.all(engines.map(async (engine) => {
  try {
    const { kills, tree } = await run(engine);
    if (kills === 0 || tree.proved === 0) throw new Error(`${engine}: nothing was tested`);
    if (kills < leastKills) throw new Error(`${engine}: ${kills} kills only; there must be ${leastKills}`);
  } catch (error) {
    bad += 1;
    if (!(error instanceof Lost)) console.error(error.message);
  }
}));
process.exit(bad ? 1 : 0);
