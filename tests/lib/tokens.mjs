// A system that gets tokens of the built-in token issuer, as one does of Maskinporten: it signs an assertion (RFC 7523) with a key that
// was registered, or with that of an enterprise certificate of its organisation.
//
//   const key = await newKey();
//   const client = addClient(server, { organisation: '974761467', key, scopes: ['altinn:serviceowner/instances.read'] });
//   const token = await machineToken(server, { client, key, scope: 'altinn:serviceowner/instances.read' });
//
// With a certificate, `certificate: { key, chain }` stands instead of `key` (a private key as PEM or KeyObject; the certificates as base64
// of DER, its own first), and the client is added without one.
import { createPrivateKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT, calculateJwkThumbprint } from 'jose';
import { alting } from './server.mjs';

export const jwtGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** The issuer of a server of tests/lib/server.mjs. Its name ends with a slash, as Maskinporten's does. */
export function tokenIssuer(server) {
  const site = `http://localhost:${server.port + 1}`;
  return { issuer: `${site}/`, metadata: `${site}/.well-known/oauth-authorization-server`, endpoint: `${site}/maskinporten/token`, keys: `${site}/maskinporten/jwks` };
}

/** A new key: {privateKey, jwk (its public part), kid}. `kind`: "ec" (P-256) or "rsa". */
export async function newKey(kind = 'ec') {
  const { privateKey, publicKey } = kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  return { privateKey, jwk, kid: await calculateJwkThumbprint(jwk) };
}

/** Runs `alting client ...` for the server; what it printed. */
export function clientCommand(server, ...words) {
  const { status, out } = alting(['client', ...words, ...server.where]);
  if (status !== 0) throw new Error(`alting client ${words.join(' ')} ended with ${status}:\n${out}`);
  return out.trim().split('\n').pop();
}

/** Registers a system; its client id. */
export function addClient(server, { organisation, scopes, key = null, name = 'test' }) {
  const folder = mkdtempSync(join(tmpdir(), 'alting-client-'));
  try {
    const words = ['add', '--org', organisation, '--name', name, ...scopes.flatMap((scope) => ['--scope', scope])];
    if (key) {
      writeFileSync(join(folder, 'key.json'), JSON.stringify(key.jwk));
      words.push('--key', join(folder, 'key.json'));
    }
    return clientCommand(server, ...words);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An assertion. `change(claims)` gives other claims, `header` other members of its header. */
export async function signAssertion(server, { client, key, certificate, scope, consumer, resource = server.origin, change = (claims) => claims, header = {} }) {
  const now = Math.floor(Date.now() / 1000);
  const claims = change({
    aud: tokenIssuer(server).issuer, iss: client, scope, iat: now, exp: now + 100, jti: randomUUID(),
    ...(resource === undefined || resource === null ? {} : { resource }), ...(consumer ? { consumer_org: consumer } : {}),
  });
  const given = certificate ? certificate.key : key.privateKey;
  const signing = typeof given === 'string' ? createPrivateKey(given) : given;
  const alg = signing.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256';
  return new SignJWT(claims).setProtectedHeader({ alg, ...(certificate ? { x5c: certificate.chain } : { kid: key.kid }), ...header }).sign(signing);
}

/** The token end point's answer, whatever it is: {status, headers, json}. `assertion`: one that is there already. `form`: other fields. */
export async function requestToken(server, { assertion, form = {}, ...wish }) {
  const body = new URLSearchParams({ grant_type: jwtGrant, assertion: assertion ?? await signAssertion(server, wish), ...form });
  const answer = await fetch(tokenIssuer(server).endpoint, { method: 'POST', body });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), json: await answer.json() };
}

export class TokenRefused extends Error {
  constructor({ status, json }) {
    super(`${json.error}: ${json.error_description}`);
    Object.assign(this, { status, error: json.error, description: json.error_description });
  }
}

/** An access token. {client, key | certificate, scope, consumer (whom the client's organisation acts for), resource (the portal, unless told)}. */
export async function machineToken(server, wish) {
  const answer = await requestToken(server, wish);
  if (answer.status !== 200) throw new TokenRefused(answer);
  return answer.json.access_token;
}
