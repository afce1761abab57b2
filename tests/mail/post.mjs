// Messages with notices by mail, for tests that look at the mail: a program whose relay is told what to say, and an agency that writes.
//
//   const post = await Post.start();
//   const sent = await post.send(post.people.slice(0, 2), { messageTitle: 'Hei' });    // [{id, to (mail address)}]
//   (await post.notice(sent[0].id)).processingStatus.status                            // as the sender's system is told
//   post.hasten();                                                                     // every pause before a next try is over
//   await post.remove();
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client } from '../lib/client.mjs';
import { Organisation, agencyNumber } from '../lib/organisation.mjs';
import { Postgres, Server, sleep } from '../lib/server.mjs';
import { ScriptedSmtp } from './scripted_smtp.mjs';

export const base = '/correspondence/api/v1';
// Of the test population; each has an address of its own, in another lane or not.
const known = { 'Modig Måltrost': 'modig.moltrost', 'Myndig Mårhund': 'myndig.morhund', 'Rolig Brisling': 'rolig.brisling', 'Ordentlig Kontrabass': 'ordentlig.kontrabass',
                'Presis Piggsvin': 'presis.piggsvin', 'Grundig Grevling': 'grundig.grevling', 'Glad Havørn': 'glad.havorn', 'Travel Tiur': 'travel.tiur' };

/** How the program ended: {code, signal}; nothing when it did not in that time. */
export async function ended(server, patience = 60_000) {
  let timer;
  const late = new Promise((done) => { timer = setTimeout(done, patience); });
  const how = await Promise.race([server.ended, late]);
  clearTimeout(timer);
  return how;
}

export class Post {
  static async start({ engine = 'sqlite', more = [] } = {}) {
    const one = new Post();
    one.smtp = await ScriptedSmtp.start();
    one.postgres = engine === 'postgresql' ? await Postgres.start() : null;
    one.server = await Server.demo({ start: false });
    one.database = one.postgres ? await one.postgres.create() : null;
    one.server.configure(...one.smtp.settings(), 'notify.quiet_minutes = 0', 'notify.per_hour = 1000', 'mail.timeout_seconds = 3',
                         ...(one.postgres ? [`data.postgresql = "${one.postgres.where(one.database)}"`] : []), ...more);
    await one.server.start();
    one.agency = await Organisation.of(one.server, agencyNumber, { scopes: ['altinn:correspondence.read', 'altinn:correspondence.write'] });
    const issuer = new Client(one.server.origin);
    one.people = [];
    for (const [name, local] of Object.entries(known)) {
      const [{ number }] = await issuer.people(name);
      one.people.push({ name, number, mail: `${local}@eksempel.example` });
    }
    return one;
  }
  async remove() {
    await this.server?.remove();
    await this.postgres?.remove();
    await this.smtp?.remove();
  }

  letter(recipients, content = {}, more = {}) {
    return { correspondence: { resourceId: 'app_dat_brev', sender: `0192:${agencyNumber}`, sendersReference: '26/1', reply: 'none',
                               content: { language: 'nb', messageTitle: 'Om internkontroll', messageSummary: '', messageBody: 'Les dette.', ...content },
                               notification: { notificationTemplate: 'GenericAltinnMessage', notificationChannel: 'EmailPreferred' }, ...more },
             recipients, idempotentKey: randomUUID() };
  }
  /** One call to all of them. */
  async send(people, content = {}, more = {}) {
    const answer = await this.agency.post(`${base}/correspondence`, this.letter(people.map(({ number }) => `urn:altinn:person:identifier-no:${number}`), content, more));
    assert.equal(answer.status, 200, answer.text);
    return answer.json.correspondences.map(({ correspondenceId }, i) => ({ id: correspondenceId, to: people[i].mail, name: people[i].name }));
  }
  async notice(id) {
    const answer = await this.agency.get(`${base}/correspondence/${id}/details`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json.notifications[0];
  }
  /** The notices of all that were sent, once `so` holds for each. `again`: what is done between two looks. */
  async notices(sent, so, what, again = () => {}) {
    for (const end = Date.now() + 60_000; ; await sleep(250)) {  // a system may not call as often as it likes
      const all = [];
      for (const { id } of sent) all.push(await this.notice(id));
      if (all.every((one) => one && so(one))) return all;
      if (Date.now() > end) assert.fail(`${what}: ${JSON.stringify(all)}\n${this.smtp.lines.slice(-20).join('\n')}\n${this.log()}`);
      await again();
    }
  }
  handedOver(sent, again) { return this.notices(sent, (one) => one.processingStatus.status === 'handed_over', 'all are handed over', again); }
  log() { return this.server.lastLog(500_000).split('\n').filter((line) => !/"event":"(request|store\.migrated)"/.test(line)).join('\n').slice(-3000); }

  /** What the database answers: rows of text. */
  sql(text) {
    if (this.postgres) return this.postgres.sql(text, this.database).trim().split('\n').filter(Boolean).map((line) => line.split('|'));
    const run = 'import json, sqlite3, sys\nwith sqlite3.connect(sys.argv[1], timeout=20) as one: print(json.dumps([[str(v) for v in row] for row in one.execute(sys.argv[2])]))';
    return JSON.parse(execFileSync('python3', ['-c', run, join(this.server.folder, 'data/alting.db'), text], { encoding: 'utf8' }));
  }
  /** As if so much time had gone by that whatever waits may be tried again; and what a process that died had in hand is free. */
  hasten({ died = false } = {}) {
    this.sql('UPDATE notify_attempt SET next_at = 1 WHERE next_at IS NOT NULL');
    this.sql('UPDATE notify_order SET next_at = 1 WHERE next_at IS NOT NULL');
    if (died) for (const lanes of ['notify_lane', 'outbox_lane']) this.sql(`UPDATE ${lanes} SET leased_until = 0`);
  }
}
