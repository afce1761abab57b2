// What becomes of notices when the relay is down, slow, refuses or breaks off, and when the program is killed at any step of sending: each goes,
// none is lost, and one that may have gone twice says so, with a Message-ID by which the receiver can drop the second.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { Client, words } from '../lib/client.mjs';
import { long, sleep } from '../lib/server.mjs';
import { Post, ended } from './post.mjs';

let post, smtp;
before(async () => {
  post = await Post.start();
  smtp = post.smtp;
});
after(() => post?.remove());
beforeEach(() => smtp?.forget());

const status = (one) => one.processingStatus.status;
const idsTo = (mails, address) => mails.filter((mail) => mail.to === address).map((mail) => mail.id);
const saidOf = (one) => `${one.carrierCode} ${one.carrierWords}`;

test('while the relay is down nothing is lost, and when it is back each notice goes once', async () => {
  await smtp.down();
  const sent = await post.send(post.people);
  await post.notices(sent, (one) => ['ordered', 'queued'].includes(status(one)), 'all wait');
  await post.notices(sent.slice(0, 1), () => post.sql("SELECT COUNT(*) FROM notify_attempt WHERE outcome = 'waiting' AND tries > 0")[0][0] > 0, 'it was tried');
  for (let hours = 0; hours < 2; hours += 1) {
    post.hasten();
    await sleep(300);
  }
  await smtp.up();
  const all = await post.handedOver(sent, () => { post.hasten(); return sleep(500); });
  for (const { to } of sent) assert.equal(idsTo(smtp.seen, to).length, 1, to);
  assert.ok(all.every((one) => !one.mayHaveGoneTwice));
});

test('a slow relay holds up nobody else, and gets each notice once', async () => {
  const [slow, ...others] = post.people;
  let free;
  const gate = new Promise((done) => { free = done; });
  smtp.script = async (mail, step) => {
    if (step !== 'dot' || mail.to !== slow.mail) return undefined;
    await gate;
    return undefined;
  };
  // Those of one lane wait for each other; the slow one's neighbours are left out.
  const lanes = (person) => post.sql(`SELECT DISTINCT o.part FROM notify_order o JOIN notify_attempt a ON a.order_id = o.id WHERE a.address_masked LIKE '${person.mail[0]}***%'`).flat();
  const quick = others.filter((one) => !lanes(one).some((lane) => lanes(slow).includes(lane)));
  assert.ok(quick.length > 2);
  const sent = await post.send([slow, ...quick]);
  await smtp.until(() => idsTo(smtp.seen, slow.mail).length === 1 && quick.every((one) => idsTo(smtp.taken, one.mail).length === 1), 'the others have it');
  assert.equal(idsTo(smtp.taken, slow.mail).length, 0);
  free();
  await post.handedOver(sent);
  for (const { to } of sent) assert.equal(idsTo(smtp.seen, to).length, 1, to);
});

test('what the relay puts off is tried again after 1, 2 and 4 minutes, and goes once', async () => {
  const [person] = post.people;
  let refusals = 0;
  smtp.script = (mail, step) => (step === 'rcpt' && refusals < 3 ? (refusals += 1, `450 4.2.0 <${mail.to}> greylisted, try later`) : undefined);
  const [sent] = await post.send([person]);
  const row = () => post.sql(`SELECT a.tries, (a.next_at - a.tried_at) / 1000000, a.outcome FROM notify_attempt a JOIN notify_order o ON a.order_id = o.id WHERE o.cause = 'message:${sent.id}'`)[0];
  for (const [tries, minutes] of [[1, 1], [2, 2], [3, 4]]) {
    await post.notices([sent], () => row()?.[0] === String(tries) && row()[2] === 'waiting', `try ${tries}`);
    assert.equal(Number(row()[1]), minutes * 60);
    assert.equal(saidOf(await post.notice(sent.id)), '4.2.0 <[address]> greylisted, try later', 'in the words of the relay, without the address');
    post.hasten();
  }
  const [notice] = await post.handedOver([sent]);
  assert.equal(notice.mayHaveGoneTwice, false);
  assert.equal(smtp.seen.length, 1);
});

test('after four days it is given up, and the sender sees that', async () => {
  const [, person] = post.people;
  smtp.script = (_, step) => (step === 'rcpt' ? '450 4.2.0 not now' : undefined);
  const [sent] = await post.send([person]);
  await post.notices([sent], (one) => one.carrierCode === '4.2.0', 'it is put off');
  post.sql(`UPDATE notify_order SET due_at = due_at - 4 * 86400000000 - 1 WHERE cause = 'message:${sent.id}'`);
  const [notice] = await post.notices([sent], (one) => status(one) === 'failed', 'it is given up', () => post.hasten());
  assert.equal(notice.processingStatus.statusDescription, 'expired');
  const tried = smtp.lines.filter((line) => /^MAIL/i.test(line)).length;
  post.hasten();
  await sleep(500);
  assert.equal(smtp.lines.filter((line) => /^MAIL/i.test(line)).length, tried);
});

test('an address that is refused for good is not tried again, and holds up nobody else', async () => {
  const bad = post.people.at(-1), others = post.people.slice(0, 3);
  smtp.script = (mail, step) => (step === 'rcpt' && mail.to === bad.mail ? `550 5.1.1 <${mail.to}>: no such user` : undefined);
  const sent = await post.send([...others, bad]);
  await post.handedOver(sent.slice(0, 3));
  const [notice] = await post.notices(sent.slice(3), (one) => status(one) === 'failed', 'it is refused');
  assert.equal(notice.processingStatus.statusDescription, 'refused');
  assert.equal(saidOf(notice), '5.1.1 <[address]>: no such user');
  post.hasten();
  const [again] = await post.send([bad]);
  await post.notices([again], (one) => ['failed', 'no_address'].includes(status(one)), 'nothing goes to an address that does not exist');
  assert.equal(smtp.lines.filter((line) => line.includes(`<${bad.mail}>`)).length, 1);
  const person = new Client(post.server.origin);
  assert.match(words((await person.login(bad.name, { to: '/innboks' })).body), /En adresse virker ikke/);
});

test('a relay that takes no mail from us at all is asked again, and no address is blamed', async () => {
  const people = post.people.slice(0, 2);
  const said = ['530 5.7.0 Authentication required', '535 5.7.8 Bad credentials'];
  smtp.script = (_, step) => (step === 'mail' && said.length > 0 ? said.shift() : undefined);
  const sent = await post.send(people);
  const all = await post.handedOver(sent, () => post.hasten());
  assert.equal(said.length, 0);
  assert.ok(all.every((one) => !one.mayHaveGoneTwice));
  assert.equal(smtp.seen.length, 2);
});

const inLongRun = (short) => ({ skip: !short && !long && 'in the long run' });
for (const [name, answer, short] of [['lost', 'drop', true], ['silent until the time is up', 'silence']])
  test(`when the connection is ${name} after the last dot, the notice goes again with the same Message-ID, and says so to both`, inLongRun(short), async () => {
    const person = post.people[2];
    let first = true;
    smtp.script = (_, step) => {
      if (step !== 'dot' || !first) return undefined;
      first = false;
      return answer === 'drop' ? 'drop' : sleep(4_000).then(() => 'drop');
    };
    const [sent] = await post.send([person]);
    await smtp.until(() => smtp.seen.length === 1, 'it came once');
    const [notice] = await post.handedOver([sent], () => { post.hasten(); return sleep(200); });
    assert.equal(smtp.seen.length, 2);
    assert.equal(smtp.seen[0].id, smtp.seen[1].id);
    assert.equal(smtp.seen[0].from, smtp.seen[1].from, 'the same attempt');
    assert.equal(notice.mayHaveGoneTwice, true);
    const client = new Client(post.server.origin);
    await client.login(person.name);
    assert.match(words((await client.get('/profil/varsler')).body), /det kan ha kommet to ganger/);
    const clerk = new Client(post.server.origin);
    await clerk.login('Klok Kattugle', { to: '/etat/dat' });
    const [batch] = /\/etat\/dat\/meldinger\/[0-9a-f-]{36}/.exec((await clerk.get('/etat/dat/meldinger')).body);
    assert.match(words((await clerk.get(batch)).body), /Kan ha gått to ganger/);
  });

for (const [step, answer, short] of [['mail', 'drop', true], ['rcpt', 'drop'], ['data', 'drop'], ['connect', 'drop'], ['connect', '421 4.3.2 too busy'], ['dot', '451 4.3.0 disk full', true]])
  test(`when the relay answers "${answer}" at ${step}, the notice is tried again and never said to have gone twice`, inLongRun(short), async () => {
    const person = post.people[3];
    smtp.cut();  // one that lay idle would be used, and nobody would come to connect
    let first = true;
    smtp.script = (_, at) => (at === step && first ? (first = false, answer) : undefined);
    const [sent] = await post.send([person]);
    const [notice] = await post.handedOver([sent], () => { post.hasten(); return sleep(200); });
    assert.equal(first, false);
    assert.equal(notice.mayHaveGoneTwice, false);
    assert.equal(smtp.taken.length, 1);
  });

/** Sends to all but the last, whose address was refused for good above; is killed at the place, is started again: each notice is taken, and what came twice says that it may have. */
async function killedAt(at, place) {
  at.smtp.forget();
  await at.server.stop();
  const [name, pass = 1] = place.split('@');
  const ofAnyCommit = name.startsWith('postgresql.');
  for (let count = Number(pass), up = false; !up; count += 3) {
    at.server.env = { ALTING_FAILPOINT: `${name}=kill@${count}` };
    try {
      await at.server.start();
      up = true;
    } catch (error) {  // what it commits before it is ready is not meant
      if (!ofAnyCommit || count > 100) throw error;
    }
  }
  const recipients = at.people.slice(0, -1);
  const asked = at.send(recipients).catch((error) => error);
  assert.equal((await ended(at.server))?.signal, 'SIGKILL', `the program passes ${place}`);
  let sent = await asked;
  assert.ok(ofAnyCommit || Array.isArray(sent), `the message was accepted before: ${sent}`);
  at.server.env = {};
  at.hasten({ died: true });
  await at.server.start();
  if (!Array.isArray(sent)) sent = await at.send(recipients);  // who got no answer asks again
  const all = await at.handedOver(sent);
  let twice = 0;
  for (const [i, { to }] of sent.entries()) {
    const ids = idsTo(at.smtp.seen, to);
    assert.ok(ids.length >= 1, `${place}: ${to} got nothing`);
    assert.ok(ids.length === 1 || all[i].mayHaveGoneTwice, `${place}: ${to} got ${ids.length} and it is not said`);
    assert.equal(new Set(ids).size, 1, `${place}: the same Message-ID`);
    if (ids.length > 1) twice += 1;
  }
  const marked = all.filter((one) => one.mayHaveGoneTwice).length;
  return { twice, marked };
}

const places = ['notify.claimed', 'notify.queued', 'notify.one_sent', 'notify.one_sent@3', 'notify.sent', 'notify.settled'];
for (const place of places)
  test(`killed at ${place} and started again, no notice is lost, and what went twice says so`, async (t) => {
    const { twice, marked } = await killedAt(post, place);
    t.diagnostic(`${twice} of ${post.people.length - 1} came twice, ${marked} say that they may have`);
    if (place === 'notify.claimed') assert.ok(marked < post.people.length - 1, 'what was not queued has not gone');
  });

test('killed at any step on PostgreSQL, no notice is lost, and what went twice says so', inLongRun(false), async () => {
  const other = await Post.start({ engine: 'postgresql' });
  try {
    for (const place of [...places, 'postgresql.commit', 'postgresql.committed']) await killedAt(other, place);
  } finally {
    await other.remove();
  }
});
