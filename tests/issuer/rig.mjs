// Starts what the tests of the login need: the login rig (built by `cmake --build --preset release --target login_rig`) and the
// foreign issuer. Each is a process that ends when its standard input does, so nothing is left behind.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forms } from '../lib/html.mjs';
import { freePorts } from '../lib/ports.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const top = resolve(here, '../..');
export const rigProgram = process.env.LOGIN_RIG ?? join(top, 'build/release/login_rig');
// oidc-provider wants Node 22; the npm package `node` has one.
const newerNode = [join(here, '../node_modules/node/bin/node')].find(existsSync) ?? process.execPath;

export const freePort = freePorts;

function start(program, words) {
  return new Promise((done, fail) => {
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] });
    let log = '';
    child.stderr.on('data', (part) => { log += part; });
    child.stdout.on('data', (part) => { if (String(part).includes('ready')) done({ child, log: () => log, stop: () => stop(child) }); });
    child.on('error', fail);
    child.on('exit', (code) => fail(new Error(`${program} ended with ${code}:\n${log.slice(-3000)}`)));
  });
}

function stop(child) {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.on('exit', done);
    child.stdin.end();
    setTimeout(() => child.kill('SIGKILL'), 10_000).unref();
  });
}

/** Goes on from a page that sends one on by itself (a refresh of 0 seconds), as a browser does. */
export async function onward(browser, page) {
  for (let step = 0; step < 5; step += 1) {
    const leave = forms(page.body).find((one) => one.fields.some(([name]) => name === 'id_token_hint'));
    const next = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(page.body)?.[1];
    if (!next && !leave) break;
    page = leave ? await browser.submit(page, leave) : await browser.get(new URL(next, page.url).href);
  }
  return page;
}

/** The relying party and our own issuer. `client`: one more client of the issuer. */
export async function startRig({ client = null, issuer = null, port = null, clientId = 'alting' } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'alting-login-'));
  const portalPort = port ?? await freePort();
  const words = ['--texts', join(top, 'texts'), '--data', join(folder, 'data'), '--port', String(portalPort)];
  let issuerUrl = issuer;
  if (issuer) {
    words.push('--issuer', issuer, '--client-id', clientId);
  } else {
    const issuerPort = await freePort();
    issuerUrl = `http://localhost:${issuerPort}`;
    words.push('--issuer-port', String(issuerPort));
  }
  if (client) {
    writeFileSync(join(folder, 'client.json'), JSON.stringify(client));
    words.push('--client', join(folder, 'client.json'));
  }
  const running = await start(rigProgram, words);
  return {
    portal: `http://localhost:${portalPort}`,
    issuer: issuerUrl,
    log: running.log,
    /** National identity numbers by story: {manager, employee, ...}. */
    people: async () => (await fetch(`http://localhost:${portalPort}/folk`)).json(),
    async stop() {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The foreign issuer, at a port that was chosen before: it reads the client's keys from the portal, which has to run already. */
export async function startForeign({ portal, port, clientId = 'alting' }) {
  const running = await start(newerNode, [join(here, 'foreign.mjs'), JSON.stringify({ port, client_id: clientId, portal })]);
  const issuer = `http://localhost:${port}`;
  return {
    issuer,
    log: running.log,
    stop: running.stop,
    /** Who the next login is: {pid, acr, amr, cancel}. */
    async next(person) {
      await fetch(`${issuer}/control`, { method: 'POST', body: JSON.stringify(person) });
    },
  };
}

/** The foreign issuer of machines' tokens (machines.mjs), for the client "machine" with this public key. */
export async function startMachineIssuer({ port, audience, jwk, claims }) {
  const running = await start(newerNode, [join(here, 'machines.mjs'), JSON.stringify({ port, audience, jwk, claims })]);
  const issuer = `http://localhost:${port}`;
  return {
    issuer,
    log: running.log,
    stop: running.stop,
    /** What is wrong with the tokens that follow: {payload, remove, header}; {}: nothing. */
    control: (wrong) => fetch(`${issuer}/control`, { method: 'POST', body: JSON.stringify(wrong) }),
    rotate: () => fetch(`${issuer}/rotate`, { method: 'POST' }),
    /** How often its keys were asked for. */
    shown: async () => Number(await (await fetch(`${issuer}/shown`)).text()),
  };
}
