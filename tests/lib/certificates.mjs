// Enterprise certificates of the test authority, and logging in with them as a TLS client does.
//
//   const certificate = testCertificate(server, '314100018');          // `alting test certificate`
//   const page = await logInWith(client, certificate, { to: '/innboks' });
//   revoke(server, certificate);
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { words } from './client.mjs';
import { alting } from './server.mjs';

/**
 * A certificate of the organisation: {serial, folder, certificatePath, keyPath, rootPath, chain (PEM: its own, then the authority's), key, root (PEM),
 * x5c (base64 DER of each in the chain)}. `fault`: expired, not-yet-valid, signature, encryption, policy or chain; `profile`: seid2 or seid1.
 */
export function testCertificate(server, organisation, { profile = 'seid2', fault = '' } = {}) {
  const folder = mkdtempSync(join(server.folder, 'certificate-'));
  const { status, out } = alting(['test', 'certificate', '--org', organisation, '--out', folder, '--profile', profile, ...(fault ? ['--fault', fault] : []), ...server.where]);
  assert.equal(status, 0, out);
  const serial = /^serial ([0-9a-f]+)$/m.exec(out)?.[1];
  assert.ok(serial, out);
  const [certificatePath, keyPath, rootPath] = ['certificate.pem', 'key.pem', 'root.pem'].map((name) => join(folder, name));
  const [chain, key, root] = [certificatePath, keyPath, rootPath].map((path) => readFileSync(path, 'utf8'));
  const x5c = [...chain.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g)].map(([, inside]) => inside.replace(/\s/g, ''));
  return { serial, folder, certificatePath, keyPath, rootPath, chain, key, root, x5c };
}

/** What the test authority says of it from now on. */
export function revoke(server, { serial }) {
  const { status, out } = alting(['test', 'certificate', '--revoke', serial, ...server.where]);
  assert.equal(status, 0, out);
}

/** GET over TLS with the certificate, or with none; {status, headers, body}. `from`: the address of this machine to ask from. */
export function getWith(certificate, url, { headers = {}, from, root = certificate?.root } = {}) {
  const { port, pathname, search, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = https.request({ host: '127.0.0.1', port, path: pathname + search, servername: 'localhost', ca: root, cert: certificate?.chain, key: certificate?.key,
                                    headers: { Host: host, Accept: 'text/html', ...headers }, agent: false, localAddress: from, timeout: 30_000 });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
    request.on('response', (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts).toString('utf8'), url }));
    });
    request.end();
  });
}

/** Begins a login in the client's browser; the door's address, where the certificate is to be shown. */
export async function beginWith(client, { to = '/innboks' } = {}) {
  const away = await client.get(`/logg-inn/sertifikat?til=${encodeURIComponent(to)}`, { follow: false });
  assert.equal(away.status, 303, away.body);
  return away.headers.location;
}

/** Logs the client (lib/client.mjs) in with the certificate; the page one lands on. */
export async function logInWith(client, certificate, { to = '/innboks' } = {}) {
  const back = await getWith(certificate, await beginWith(client, { to }), { headers: { 'Accept-Language': client.language } });
  assert.equal(back.status, 303, back.body);
  return client.get(back.headers.location);
}

/** The organisation number of a business that the client may represent, by its whole name. */
export async function numberOf(client, name) {
  const page = await client.get(`/aktor?til=/innboks&q=${encodeURIComponent(name)}`);
  const found = words(page.body).split(`${name} Org.nr. `)[1];
  assert.ok(found, `no number of ${name}`);
  return found.replace(/[^0-9A-Za-z]/g, '').slice(0, 9);
}
