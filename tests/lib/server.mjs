// Starts, kills and restarts the real program, and PostgreSQL clusters for it.
//
//   const server = await Server.demo({ engine: 'sqlite' });   // in a scratch folder, on ports of its own
//   await server.kill();  await server.start();  await server.remove();
import { spawn, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, chownSync, closeSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import http from 'node:http';
import { freePorts } from './ports.mjs';

export { freePorts };

export const top = resolve(fileURLToPath(new URL('../..', import.meta.url)));
export const program = process.env.ALTING ?? join(top, 'build/release/alting');

/** script/test --long: also what is proved in the short run in another way. */
export const long = process.env.ALTING_LONG === 'yes';

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Resolves when the server says it is ready; rejects when `process` ended before, or it takes too long. */
async function ready(port, child, timeoutMs, log) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`alting ended with ${child.exitCode ?? child.signalCode}:\n${log().slice(-3000)}`);
    const status = await new Promise((done) => {
      const request = http.get({ host: '127.0.0.1', port, path: '/readyz', timeout: 1000, agent: false }, (answer) => {
        answer.resume();
        answer.on('end', () => done(answer.statusCode));
      });
      request.on('error', () => done(0));
      request.on('timeout', () => request.destroy());
    });
    if (status === 200) return;
    if (Date.now() > end) throw new Error(`alting was not ready within ${timeoutMs} ms (status ${status}):\n${log().slice(-3000)}`);
    await sleep(10);
  }
}

export class Server {
  /** A demonstration server with the test population. `engine`: "sqlite" or "postgresql" (then `postgres` is a Postgres).
   *  `binary`: another program than ours, with the texts and services of its own tree, TREE/build/release/alting. */
  static async demo({ engine = 'sqlite', postgres = null, port = 0, folder = null, start = true, binary = program } = {}) {
    const server = new Server();
    server.binary = resolve(binary);
    const tree = resolve(server.binary, '../../..');
    server.tree = existsSync(join(tree, 'services')) ? tree : top;
    server.engine = engine;
    server.folder = folder ?? mkdtempSync(join(tmpdir(), 'alting-test-'));
    server.port = port || await freePorts();
    server.origin = `http://localhost:${server.port}`;
    server.door = `https://localhost:${server.port + 2}`;  // that asks for certificates
    if (engine === 'sqlite') server.words = ['demo', '--port', String(server.port), '--data', join(server.folder, 'data')];
    else server.configure(`data.postgresql = "${postgres.where(await postgres.create())}"`);
    server.starts = 0;
    server.log = join(server.folder, 'log');
    if (start) await server.start();
    return server;
  }

  /** The options by which a command of the program finds this installation. */
  get where() {
    return this.config ? ['--config', this.config] : ['--data', join(this.folder, 'data')];
  }

  /** Writes alting.toml for a test installation with the population of the demo, and lines of its own; `serve` runs it. */
  configure(...lines) {
    this.config = join(this.folder, 'alting.toml');
    writeFileSync(this.config, [
      `data.path = "${join(this.folder, 'data')}"`, 'data.mode = "test"', 'data.population = true',
      `server.port = ${this.port}`, `server.public_url = "${this.origin}"`, `test_issuer.port = ${this.port + 1}`,
      ...(this.binary === resolve(program) ? [`certificate.port = ${this.port + 2}`] : []),  // programs of before do not know it
      'log.origin = "localhost/log"', 'operator.name = "Alting (test)"', 'operator.email = "hjelp@alting.example"', ...lines, ''].join('\n'));
    this.words = ['serve', '--config', this.config];
  }

  async start({ timeoutMs = 60_000 } = {}) {
    if (!existsSync(this.binary)) throw new Error(`${this.binary} is not there: build it first (script/run --build-only)`);
    const out = openSync(this.log, 'a');
    const began = process.hrtime.bigint();
    this.child = spawn(this.binary, this.words, { cwd: this.tree, stdio: ['ignore', out, out], env: { ...process.env, ...this.env } });
    closeSync(out);
    this.ended = new Promise((done) => this.child.once('exit', (code, signal) => done({ code, signal })));
    stopWithUs.add(this);
    await ready(this.port, this.child, timeoutMs, () => readFileSync(this.log, 'utf8'));
    this.starts += 1;
    this.startMs = Number(process.hrtime.bigint() - began) / 1e6;
    return this;
  }

  /** kill -9: nothing gets to say goodbye. */
  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
    stopWithUs.delete(this);
  }

  /** SIGTERM; returns {code, signal}. */
  async stop({ timeoutMs = 20_000 } = {}) {
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), timeoutMs);
    const how = await this.ended;
    clearTimeout(late);
    stopWithUs.delete(this);
    return how;
  }

  async remove() {
    if (this.child && this.child.exitCode === null && this.child.signalCode === null) await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  lastLog(characters = 3000) {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').slice(-characters) : '';
  }
}

const stopWithUs = new Set();
process.on('exit', () => { for (const one of stopWithUs) one.child?.kill('SIGKILL'); });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

/** A PostgreSQL cluster of our own, on a Unix socket in a scratch folder, with fsync on. Needs Debian's postgresql package. */
export class Postgres {
  static async start({ fsync = true } = {}) {
    const one = new Postgres();
    const root = '/usr/lib/postgresql';
    const version = existsSync(root) ? readdirSync(root).sort().filter((name) => existsSync(join(root, name, 'bin/initdb'))).pop() : null;
    if (!version) throw new Error('this needs PostgreSQL: apt-get install postgresql');
    one.bin = join(root, version, 'bin');
    one.folder = mkdtempSync(join(tmpdir(), 'alting-pg-'));
    one.owner = {};
    if (process.getuid() === 0) {
      const [, , uid, gid] = readFileSync('/etc/passwd', 'utf8').split('\n').find((line) => line.startsWith('postgres:')).split(':');
      one.owner = { uid: Number(uid), gid: Number(gid) };
      chownSync(one.folder, one.owner.uid, one.owner.gid);
    }
    const environment = { PATH: process.env.PATH, LC_ALL: 'C' };
    execFileSync(join(one.bin, 'initdb'), ['-D', join(one.folder, 'data'), '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C', '--no-sync', '-N'],
                 { ...one.owner, cwd: '/', env: environment, stdio: 'ignore' });
    const out = openSync(join(one.folder, 'log'), 'a');
    one.child = spawn(join(one.bin, 'postgres'), ['-D', join(one.folder, 'data'), '-k', one.folder, '-c', 'listen_addresses=', '-c', `fsync=${fsync ? 'on' : 'off'}`,
                                                  '-c', 'max_connections=200', '-c', 'shared_buffers=128MB', '-c', 'max_wal_size=2GB'],
                      { ...one.owner, cwd: '/', env: environment, stdio: ['ignore', out, out] });
    closeSync(out);
    one.databases = 0;
    stopWithUs.add(one);
    for (let tries = 0; !one.#answers(); tries += 1) {
      if (tries === 1200) throw new Error('PostgreSQL for the tests does not start:\n' + readFileSync(join(one.folder, 'log'), 'utf8'));
      await sleep(50);
    }
    return one;
  }
  #answers() {
    try {
      execFileSync(join(this.bin, 'pg_isready'), ['-q', '-h', this.folder, '-U', 'postgres'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }
  sql(text, database = 'postgres') {
    return execFileSync(join(this.bin, 'psql'), ['-h', this.folder, '-U', 'postgres', '-d', database, '-qAt', '-v', 'ON_ERROR_STOP=1', '-c', text], { encoding: 'utf8' });
  }
  /** All that stands in a database, as text. */
  dump(database) {
    return execFileSync(join(this.bin, 'pg_dump'), ['-h', this.folder, '-U', 'postgres', '--data-only', database], { encoding: 'utf8', maxBuffer: 1 << 28 });
  }
  async create() {
    this.databases += 1;
    const name = `test_${this.databases}`;
    this.sql(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`);
    return name;
  }
  /** What `alting` takes as the database's address. */
  where(database) {
    return `host=${this.folder} user=postgres dbname=${database}`;
  }
  async remove() {
    this.child.kill('SIGINT');
    await new Promise((done) => (this.child.exitCode !== null || this.child.signalCode !== null ? done() : this.child.once('exit', done)));
    stopWithUs.delete(this);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Backs the server up into a folder of its own, and copies its keys, as an operator does. Returns where the backup, the keystores and the keys are. */
export function backUp(server) {
  const target = join(server.folder, 'backups');
  const { status, out } = alting(['backup', target, ...server.where]);
  if (status !== 0) throw new Error(`alting backup ended with ${status}:\n${out}`);
  const backup = join(target, readdirSync(target).find((name) => name !== 'keystore'));
  const keys = join(server.folder, 'keys');
  cpSync(join(server.folder, 'data/keys'), keys, { recursive: true });
  return { backup, keystores: join(target, 'keystore'), keys };
}

/** Runs a command of the program and returns {status, out}. */
export function alting(words, { cwd = top, input } = {}) {
  try {
    return { status: 0, out: execFileSync(program, words, { cwd, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] }) };
  } catch (error) {
    if (error.status === undefined || error.status === null) throw error;
    return { status: error.status, out: `${error.stdout}${error.stderr}` };
  }
}

