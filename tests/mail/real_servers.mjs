// A mail relay and a mailbox as an operator has them: Debian's Postfix and Dovecot, each with folders, ports and users of its own.
//
//   const mail = await MailServers.start();
//   mail.add('kari@eksempel.example');           // who has a mailbox; mail to anybody else comes back, as Postfix says it
//   const letter = await mail.arrives('kari@eksempel.example');   // the octets, once they lie in the maildir
//   await mail.remove();
//
// Postfix listens four times: with STARTTLS and with TLS from the first octet, both of which demand it and a login (Dovecot judges it);
// without any TLS; and with a certificate of an authority that nobody knows. Dovecot listens for IMAPS. Postfix hands everything to
// Dovecot, which refuses those it does not know: then Postfix itself writes the report (RFC 3464) to the return path.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, sleep } from '../lib/server.mjs';
import { Authority } from './authority.mjs';

const isRoot = process.getuid() === 0;
const as = (program, words) => (isRoot ? [program, words] : ['sudo', ['-n', program, ...words]]);  // both start as root, and give it up

/** The numbers of a user of this machine; mail is kept as one that can do nothing else. */
function owner() {
  if (!isRoot) return { uid: process.getuid(), gid: process.getgid() };
  const [, , uid, gid] = readFileSync('/etc/passwd', 'utf8').split('\n').find((line) => line.startsWith('nobody:')).split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

const running = new Set();
/** Ends it; `pidFile`: where the number of the one stands that is to be told (Postfix is started by a script that passes nothing on). */
const end = ({ child, pidFile }) => {
  const pid = pidFile && existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim() : String(child.pid);
  try { execFileSync(...as('kill', ['-TERM', pid]), { stdio: 'ignore' }); } catch { /* it has ended */ }
};
process.on('exit', () => running.forEach(end));

export class MailServers {
  static login = { user: 'portal', password: 'hemmelig-relé 1' };
  static bounces = { user: 'bounce@alting.example', password: 'hemmelig-retur 2' };

  static async start() {
    for (const [program, name] of [['/usr/sbin/postfix', 'postfix'], ['/usr/sbin/dovecot', 'dovecot-imapd']])
      if (!existsSync(program)) throw new Error(`this needs Debian's ${name}: see script/packages-test.txt`);
    const one = new MailServers();
    one.folder = mkdtempSync(join(tmpdir(), 'alting-mail-'));
    chmodSync(one.folder, 0o755);
    for (const name of ['postfix', 'queue', 'dovecot', 'mail']) mkdirSync(join(one.folder, name));
    one.owner = owner();
    if (isRoot) chownSync(join(one.folder, 'mail'), one.owner.uid, one.owner.gid);
    one.authority = new Authority(one.folder);
    one.own = one.authority.issue('servers');
    one.unknown = new Authority(one.folder, 'unknown').issue('unknown-servers');
    const [first, second] = [await freePorts(), await freePorts()];
    one.ports = { starttls: first, tls: first + 1, plain: first + 2, untrusted: second, imaps: second + 1 };
    one.users = new Map();
    one.add(MailServers.bounces.user, MailServers.bounces.password);
    one.add(MailServers.login.user, MailServers.login.password);
    one.#writeDovecot();
    one.#writePostfix();
    one.children = [one.#run('dovecot', '/usr/sbin/dovecot', ['-F', '-c', join(one.folder, 'dovecot.conf')]),
                    one.#run('postfix', '/usr/sbin/postfix', ['-c', join(one.folder, 'postfix'), 'start-fg'], join(one.folder, 'queue/pid/master.pid'))];
    const ready = ['dovecot/lmtp', 'dovecot/auth-client'].map((name) => join(one.folder, name));
    for (let count = 0; !ready.every(existsSync) || !one.log('postfix.log').includes('daemon started'); count += 1) {
      if (count > 600 || one.children.some(({ child }) => child.exitCode !== null)) {
        const said = one.said();
        await one.remove();
        throw new Error(`the mail servers do not start:\n${said}`);
      }
      await sleep(50);
    }
    return one;
  }

  #run(name, program, words, pidFile = null) {
    const out = openSync(join(this.folder, `${name}.out`), 'a');
    const child = spawn(...as(program, words), { stdio: ['ignore', out, out], cwd: '/' });
    closeSync(out);
    const one = { child, pidFile };
    running.add(one);
    child.once('exit', () => running.delete(one));
    return one;
  }

  /** Gives the address a mailbox. Dovecot reads the list at every look. */
  add(address, password = '*') {
    this.users.set(address, password);
    writeFileSync(join(this.folder, 'users'), [...this.users].map(([user, word]) => `${user}:{PLAIN}${word}:${this.owner.uid}:${this.owner.gid}::${this.folder}/mail/${user}::\n`).join(''));
    chmodSync(join(this.folder, 'users'), 0o644);
  }

  #writeDovecot() {
    writeFileSync(join(this.folder, 'dovecot.conf'), `
base_dir = ${this.folder}/dovecot
log_path = ${this.folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = required
ssl_cert = <${this.own.certificate}
ssl_key = <${this.own.key}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
auth_mechanisms = plain login
first_valid_uid = 1
mail_location = maildir:${this.folder}/mail/%u
recipient_delimiter = +
passdb {
  driver = passwd-file
  args = username_format=%u ${this.folder}/users
}
userdb {
  driver = passwd-file
  args = username_format=%u ${this.folder}/users
}
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${this.ports.imaps}
    ssl = yes
  }
}
service lmtp {
  unix_listener lmtp {
    mode = 0666
  }
}
service auth {
  unix_listener auth-client {
    mode = 0666
  }
}
service stats {
  chroot =
}
protocol lmtp {
  postmaster_address = postmaster@relay.example
}
`);
  }

  #writePostfix() {
    const { starttls, tls, plain, untrusted } = this.ports;
    writeFileSync(join(this.folder, 'postfix/main.cf'), `
compatibility_level = 3.6
queue_directory = ${this.folder}/queue
data_directory = ${this.folder}/postfix-data
maillog_file = ${this.folder}/postfix.log
maillog_file_prefixes = ${this.folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example
mydestination =
mynetworks =
alias_maps =
alias_database =
virtual_mailbox_domains = static:all
virtual_transport = lmtp:unix:${this.folder}/dovecot/lmtp
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = ${this.own.certificate}
smtpd_tls_key_file = ${this.own.key}
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${this.folder}/dovecot/auth-client
smtpd_forbid_bare_newline = yes
notify_classes =
`);
    const daemon = (name, of, limit = '-') => `${name} unix - - n - ${limit} ${of}\n`;
    writeFileSync(join(this.folder, 'postfix/master.cf'), `
${starttls} inet n - n - - smtpd
${tls} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
${plain} inet n - n - - smtpd
  -o smtpd_tls_security_level=none -o smtpd_tls_auth_only=no -o mynetworks=127.0.0.0/8 -o smtpd_relay_restrictions=permit_mynetworks,reject
${untrusted} inet n - n - - smtpd
  -o smtpd_tls_cert_file=${this.unknown.certificate} -o smtpd_tls_key_file=${this.unknown.key}
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
scache unix - - n - 1 scache
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
flush unix n - n 1000? 0 flush
showq unix n - n - - showq
` + daemon('rewrite', 'trivial-rewrite') + ['bounce', 'defer', 'trace'].map((name) => daemon(name, 'bounce', 0)).join('') + daemon('verify', 'verify', 1)
      + `proxymap unix - - n - - proxymap\n` + ['error', 'retry'].map((name) => daemon(name, 'error')).join('') + daemon('lmtp', 'lmtp') + daemon('smtp', 'smtp'));
  }

  log(name) { const path = join(this.folder, name); return existsSync(path) ? readFileSync(path, 'utf8') : ''; }
  said() { return ['dovecot.out', 'dovecot.log', 'postfix.out', 'postfix.log'].map((name) => `-- ${name}\n${this.log(name).slice(-2500)}`).join('\n'); }

  /** What lies in the mailbox, each mail as its octets. */
  mailbox(address) {
    return ['new', 'cur'].flatMap((place) => {
      const folder = join(this.folder, 'mail', address, place);
      return existsSync(folder) ? readdirSync(folder).sort().map((name) => readFileSync(join(folder, name))) : [];
    });
  }
  async arrives(address, count = 1) {
    for (const end = Date.now() + 30_000; ;) {
      const all = this.mailbox(address);
      if (all.length >= count) return all[count - 1];
      if (Date.now() > end) throw new Error(`no mail came to ${address}:\n${this.said()}`);
      await sleep(50);
    }
  }

  /** Lines of alting.toml: the relay (`port`: one of ports) and the mailbox of what comes back. */
  settings(port = this.ports.starttls, scheme = 'smtp') {
    const secret = (name, text) => { const path = join(this.folder, name); writeFileSync(path, `${text}\n`, { mode: 0o600 }); return path; };
    return [`mail.relay = "${scheme}://localhost:${port}"`, `mail.user = "${MailServers.login.user}"`, `mail.password_file = "${secret('relay.password', MailServers.login.password)}"`,
            `mail.ca_file = "${this.authority.path}"`, 'mail.from = "ikke-svar@alting.example"', 'mail.from_name = "Alting"',
            `mail.bounces = "imaps://localhost:${this.ports.imaps}/INBOX"`, `mail.bounces_user = "${MailServers.bounces.user}"`,
            `mail.bounces_password_file = "${secret('bounces.password', MailServers.bounces.password)}"`];
  }

  async remove() {
    for (const one of this.children) {
      const { child } = one;
      end(one);
      if (child.exitCode === null && child.signalCode === null) await new Promise((done) => child.once('exit', done));
    }
    if (isRoot) rmSync(this.folder, { recursive: true, force: true });
    else execFileSync('sudo', ['-n', 'rm', '-r', this.folder]);  // the queue is Postfix's
  }
}
