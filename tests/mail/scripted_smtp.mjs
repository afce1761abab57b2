// A mail server that does as it is told: takes mail, refuses, waits, and breaks off where a test wants it to. With TLS, by STARTTLS.
//
//   const smtp = await ScriptedSmtp.start();
//   smtp.script = (mail, step) => ...      // step: connect, mail, rcpt, data, dot; mail: {number, from, to, octets, id (Message-ID)}
//   await smtp.remove();
//
// A script answers with a line ("450 4.2.0 not now"), with 'drop' (the connection is cut), with nothing (it goes on), or with a promise of
// one of these. What came whole is in `taken` when it was acknowledged, and in `seen` as soon as its last dot came, acknowledged or not: each
// {from, to, octets (as on the wire, with the dots that were added, without the last), id, mail parameters}. `lines`: every command there was.
import net from 'node:net';
import tls from 'node:tls';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, sleep } from '../lib/server.mjs';
import { Authority } from './authority.mjs';

export class ScriptedSmtp {
  static async start() {
    const one = new ScriptedSmtp();
    one.folder = mkdtempSync(join(tmpdir(), 'alting-smtp-'));
    one.authority = new Authority(one.folder);
    const { certificate, key } = one.authority.issue('smtp');
    one.secure = tls.createSecureContext({ cert: readFileSync(certificate), key: readFileSync(key) });
    one.port = await freePorts();
    one.forget();
    await one.up();
    return one;
  }
  forget() {
    Object.assign(this, { seen: [], taken: [], lines: [], number: 0, script: () => undefined });
  }

  async up() {
    this.sockets = new Set();
    this.server = net.createServer((socket) => this.#serve(socket));
    await new Promise((done) => this.server.listen(this.port, '127.0.0.1', done));
  }
  /** Nobody answers any more. */
  async down() {
    this.cut();
    await new Promise((done) => this.server.close(done));
  }
  /** Ends the connections there are; new ones may come. */
  cut() { for (const socket of this.sockets) socket.destroy(); }
  async remove() {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Lines of alting.toml. */
  settings() {
    return [`mail.relay = "smtp://localhost:${this.port}"`, `mail.ca_file = "${this.authority.path}"`, 'mail.from = "ikke-svar@alting.example"', 'mail.from_name = "Alting"'];
  }

  async until(so, what, patience = 30_000) {
    for (const end = Date.now() + patience; !so(); await sleep(20))
      if (Date.now() > end) throw new Error(`${what}: ${this.taken.length} taken, ${this.seen.length} seen, last commands:\n${this.lines.slice(-15).join('\n')}`);
  }

  #serve(plain) {
    this.sockets.add(plain);
    plain.on('close', () => this.sockets.delete(plain));
    let socket = plain, waiting = Buffer.alloc(0), mail = null, inData = false, secure = false, busy = Promise.resolve();
    const say = (line) => { if (!socket.destroyed) socket.write(`${line}\r\n`); };
    const step = async (name, otherwise) => {
      const answer = await this.script(mail ?? { number: this.number }, name);
      if (answer === 'drop') { plain.destroy(); return null; }
      const line = answer ?? otherwise;
      if (line) say(line);
      return line;
    };
    const command = async (line) => {
      this.lines.push(line);
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') return say(secure ? '250-smtp.example\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 DSN' : '250-smtp.example\r\n250 STARTTLS');
      if (verb === 'STAR') {
        say('220 2.0.0 go ahead');
        plain.removeListener('data', take);
        socket = new tls.TLSSocket(plain, { isServer: true, secureContext: this.secure });
        secure = true;
        waiting = Buffer.alloc(0);
        socket.on('data', take);
        socket.on('error', () => plain.destroy());
        return null;
      }
      if (!secure && verb !== 'QUIT') return say('530 5.7.0 STARTTLS first');
      if (verb === 'MAIL') {
        mail = { number: (this.number += 1), from: /<([^>]*)>/.exec(line)?.[1], parameters: line.replace(/^[^>]*>/, '') };
        return (await step('mail', '250 2.1.0 ok'))?.startsWith('2') || (mail = null);
      }
      if (verb === 'RCPT') {
        if (!mail) return say('503 5.5.1 MAIL first');
        mail.to = /<([^>]*)>/.exec(line)?.[1];
        if (!(await step('rcpt', '250 2.1.5 ok'))?.startsWith('2')) mail = null;
        return null;
      }
      if (verb === 'DATA') {
        if (!mail) return say('503 5.5.1 RCPT first');
        if ((await step('data', '354 go on'))?.startsWith('354')) inData = true;
        return null;
      }
      if (verb === 'RSET') mail = null;
      say(verb === 'QUIT' ? '221 2.0.0 bye' : ['RSET', 'NOOP'].includes(verb) ? '250 2.0.0 ok' : '502 5.5.2 what?');
      if (verb === 'QUIT') socket.end();
      return null;
    };
    const go = async () => {
      for (;;) {
        if (inData) {
          const end = waiting.indexOf('\r\n.\r\n');
          if (end < 0) return;
          inData = false;
          mail.octets = waiting.subarray(0, end + 2);
          waiting = waiting.subarray(end + 5);
          mail.id = /^Message-ID: (\S+)/m.exec(mail.octets.toString('latin1'))?.[1];
          this.seen.push(mail);
          if ((await step('dot', '250 2.0.0 queued'))?.startsWith('2')) this.taken.push(mail);
          mail = null;
        } else {
          const end = waiting.indexOf('\n');
          if (end < 0) return;
          const line = waiting.subarray(0, end).toString('latin1').replace(/\r$/, '');
          waiting = waiting.subarray(end + 1);
          await command(line);
        }
      }
    };
    const take = (data) => {
      waiting = Buffer.concat([waiting, data]);
      busy = busy.then(go);
    };
    plain.on('data', take);
    plain.on('error', () => plain.destroy());
    busy = busy.then(async () => { await step('connect', '220 smtp.example ESMTP'); });
  }
}
