// What the pages in which one fills in and sends a form cost two programs, of one machine and in one sitting: one before a change and one
// after it, which need to know nothing of being measured.
//
// Each runs a demo of its own. In turns, so that what slows the machine slows both, one person asks each of them for a page of a draft,
// saves one field as the script of the page does while one types (with all that the page posts beside it), and fills in and sends a whole
// form. What counts is the processor time of the server for one answer; the time that passed is said too, and much of it is this client's.
// The floor beside them is a server of Node in a process of its own that answers the same requests with ten octets: it says how quiet the
// machine was.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { Client, form, filled } from '../lib/client.mjs';
import { Server, program } from '../lib/server.mjs';
import { options } from '../lib/random.mjs';

const chosen = options({ before: '', after: program, turns: 7, seconds: 2 });
const app = 'dat/veiledning';
const ticksPerSecond = 100;  // USER_HZ, which Linux shows to every program

/** Processor time of a process in seconds, its threads' too (proc_pid_stat(5): utime and stime, fields 14 and 15). */
function processorTime(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function must(answer, status) {
  if (answer.status !== status) throw new Error(`${answer.url} answers ${answer.status}, not ${status}: ${answer.body.slice(0, 300)}`);
  return answer;
}

/** One program, with a person who has a draft open. */
class Subject {
  static async start(name, binary) {
    const one = new Subject();
    one.name = name;
    one.server = await Server.demo({ binary, start: false });
    one.server.configure();  // as in production: no file of a form is looked at again
    await one.server.start();
    one.pid = one.server.child.pid;
    one.client = new Client(one.server.origin);
    await one.client.login('Modig Måltrost');
    one.party = await one.client.chooseParty('Fjord og Fjell AS');
    one.draft = `/a/${one.party}/utkast/${(await one.client.start(one.party, app)).id}`;
    one.large = `/a/${one.party}/utkast/${(await one.client.start(one.party, 'dat/avviksmelding')).id}`;
    one.saves = 0;
    return one;
  }

  async page() {
    return must(await this.client.get(`${this.draft}/side/Sporsmal`), 200);
  }

  async many() {
    return must(await this.client.get(`${this.large}/side/Hendelse`), 200);
  }

  async save() {
    // The page is read once for many saves; what it showed of a field, each answer brings anew.
    this.open ??= form((await this.page()).body, '#form-page');
    this.saves += 1;
    const hidden = this.open.fields.filter(([name]) => ['token', 'version', 'seen', 'keep:for'].includes(name)).map(([name, value]) => [name, this[name] ?? value]);
    const answer = must(await this.client.post(`${this.draft}/side/Sporsmal/lagre`, [...hidden, ['changed', 'sporsmal.emne'], ['sporsmal.emne', `Innsyn, ${this.saves}`]],
                                               { follow: false }), 200);
    for (const [name, value] of form(`<form>${answer.body}</form>`, '').fields) if (name === 'version' || name === 'seen') this[name] = value;
  }

  async whole() {
    const { id, page } = await this.client.start(this.party, app);
    const draft = `/a/${this.party}/utkast/${id}`;
    const next = { name: 'go', value: 'next' };
    must(await this.client.submit(page, form(page.body, '#form-page'), { 'sporsmal.tema': 'annet', 'sporsmal.emne': 'Innsyn', 'sporsmal.tekst': 'x'.repeat(1500) }, { button: next, follow: false }), 303);
    const contact = must(await this.client.get(`${draft}/side/Kontakt`), 200);
    must(await this.client.post(new URL(form(contact.body, '#form-page').action, contact.url).href,
                                [...filled(form(contact.body, '#form-page'), { 'kontakt.navn': 'Modig Måltrost', 'kontakt.svar': 'innboks' }), ['go', 'next']],
                                { multipart: form(contact.body, '#form-page').multipart, follow: false }), 303);
    const overview = must(await this.client.get(`${draft}/oversikt`), 200);
    must(await this.client.submit(overview, form(overview.body, '/send'), {}, { follow: false }), 303);
  }

  remove() { return this.server.remove(); }
}

/** The floor: answers everything at once. */
class Floor {
  static async start() {
    const one = new Floor();
    one.name = 'floor';
    const words = "const s = require('node:http').createServer((q, a) => { q.resume(); q.on('end', () => a.end('0123456789')); }); s.listen(0, '127.0.0.1', () => console.log(s.address().port)); process.stdin.on('end', () => process.exit()).resume();";
    one.child = spawn(process.execPath, ['-e', words], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [port] = await once(one.child.stdout, 'data');
    one.pid = one.child.pid;
    one.client = new Client(`http://localhost:${Number(String(port))}`);
    return one;
  }
  async page() { must(await this.client.get('/'), 200); }
  many() { return this.page(); }
  async save() { must(await this.client.post('/', { x: 'y' }, { follow: false }), 200); }
  async whole() {  // as many requests as a whole form takes
    for (let i = 0; i < 4; i += 1) { await this.page(); await this.save(); }
    await this.page();
  }
  remove() { this.child.stdin.end(); }
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const steps = [['page', 'a page of a draft'], ['many', 'a page of many questions, of a form of fifteen pages'], ['save', 'one field saved while typing'], ['whole', 'a whole form, begun and sent']];

const subjects = [];
try {
  subjects.push(await Floor.start());
  if (chosen.before) subjects.push(await Subject.start('before', chosen.before));
  subjects.push(await Subject.start('after', chosen.after));
  const measured = new Map();  // "step subject" -> [{cpu, time}] in microseconds for one
  for (let turn = 0; turn <= chosen.turns; turn += 1) {
    for (const [step] of steps) {
      // Now the one first, now the other; the first turn warms up, and does not count.
      for (const subject of turn % 2 ? subjects : subjects.toReversed()) {
        const cpu = processorTime(subject.pid), began = process.hrtime.bigint();
        let count = 0, elapsed = 0;
        while (elapsed < chosen.seconds) {
          await subject[step]();
          count += 1;
          elapsed = Number(process.hrtime.bigint() - began) / 1e9;
        }
        const key = `${step} ${subject.name}`;
        if (!measured.has(key)) measured.set(key, []);
        if (turn > 0) measured.get(key).push({ cpu: (processorTime(subject.pid) - cpu) / count * 1e6, time: elapsed / count * 1e6 });
      }
    }
  }
  for (const [step, words] of steps) {
    console.log(`${words}:`);
    const of = (name, what) => median(measured.get(`${step} ${name}`).map((one) => one[what]));
    for (const { name } of subjects) {
      console.log(`  ${name.padEnd(6)} ${Math.round(of(name, 'cpu')).toString().padStart(7)} us of processor, ${(of(name, 'cpu') / of('floor', 'cpu')).toFixed(1)} of the floor; ` +
                  `${Math.round(of(name, 'time'))} us passed`);
    }
    if (chosen.before) console.log(`  after / before: ${(of('after', 'cpu') / of('before', 'cpu')).toFixed(2)} of processor, ${(of('after', 'time') / of('before', 'time')).toFixed(2)} of the time`);
  }
} finally {
  for (const subject of subjects) await subject.remove();
}
process.exit(0);
