// Machines with tokens against the real program: the built-in issuer by a certified client (`openid-client`, generic grant), and a foreign
// one (`oidc-provider`); assertions and tokens that are wrong in every single way, each refused with its reason.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac, createPrivateKey, createPublicKey, randomUUID, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as oidc from 'openid-client';
import { SignJWT } from 'jose';
import { Document } from '../lib/api.mjs';
import { numberOf, revoke, testCertificate } from '../lib/certificates.mjs';
import { Client } from '../lib/client.mjs';
import { Server } from '../lib/server.mjs';
import { freePorts } from '../lib/ports.mjs';
import { addClient, clientCommand, jwtGrant, machineToken, newKey, requestToken, signAssertion, tokenIssuer } from '../lib/tokens.mjs';
import { startMachineIssuer } from './rig.mjs';

const agency = '974761467', reads = 'altinn:serviceowner/instances.read', confirms = 'altinn:serviceowner/instances.write';
const place = '/storage/api/v1/instances?org=dat';
const party = (number) => ({ authority: 'iso6523-actorid-upis', ID: `0192:${number}` });
const seconds = () => Math.floor(Date.now() / 1000);
const encoded = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

let server, document, foreign, key, client, issuerKey, issuerKid, firm, machineKey, machineSigner;

before(async () => {
  const port = await freePorts();
  server = await Server.demo({ start: false });
  server.configure(`tokens.issuers = ["http://localhost:${port}"]`);
  machineKey = await newKey();
  machineSigner = await webcrypto.subtle.importKey('jwk', machineKey.privateKey.export({ format: 'jwk' }), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  foreign = await startMachineIssuer({ port, audience: server.origin, jwk: { ...machineKey.jwk, kid: machineKey.kid, alg: 'ES256', use: 'sig' },
                                       claims: { consumer: party(agency) } });
  await server.start();
  document = await Document.of(server.origin);
  key = await newKey();
  client = addClient(server, { organisation: agency, key, scopes: [reads] });
  issuerKey = createPrivateKey(readFileSync(join(server.folder, 'data/keys/token-issuer.pem')));
  issuerKid = (await (await fetch(tokenIssuer(server).keys)).json()).keys[0].kid;
  const manager = new Client(server.origin);
  await manager.login('Modig Måltrost');
  firm = await numberOf(manager, 'Fjord og Fjell AS');
});
after(async () => {
  await server?.remove();
  await foreign?.stop();
});

/** The portal's answer to a call with this token: "good", or the code of its problem. */
async function outcome(token, headers = {}) {
  const answer = await fetch(server.origin + place, { headers: token === null ? headers : { authorization: `Bearer ${token}`, ...headers } });
  if (answer.status === 200) return 'good';
  const text = await answer.text();
  document.check('GET', place, { status: answer.status, headers: Object.fromEntries(answer.headers), text });
  const problem = JSON.parse(text);
  assert.match(answer.headers.get('content-type'), /^application\/problem\+json/);
  if (answer.status === 401) assert.match(answer.headers.get('www-authenticate'), /^Bearer/);
  assert.equal(answer.headers.get('set-cookie'), null);
  return problem.code;
}

/** A token of the built-in issuer, signed with its own key, with other claims than it would give. */
const ownToken = (change = {}, header = {}, signing = issuerKey) => {
  const claims = { iss: tokenIssuer(server).issuer, aud: server.origin, client_id: client, scope: reads, iat: seconds(), exp: seconds() + 120, jti: randomUUID(),
                   consumer: party(agency), ...change };
  for (const [name, value] of Object.entries(claims)) if (value === undefined) delete claims[name];
  return new SignJWT(claims).setProtectedHeader({ alg: signing.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256', kid: issuerKid, ...header }).sign(signing);
};

test('a certified client finds the built-in issuer, and gets a token by the generic grant that the portal takes', async () => {
  const { issuer } = tokenIssuer(server);
  const config = await oidc.discovery(new URL(issuer), client, undefined, oidc.None(), { algorithm: 'oauth2', execute: [oidc.allowInsecureRequests] });
  assert.equal(config.serverMetadata().issuer, issuer);
  assert.deepEqual(config.serverMetadata().grant_types_supported, [jwtGrant]);
  const answer = await oidc.genericGrantRequest(config, jwtGrant, { assertion: await signAssertion(server, { client, key, scope: reads }) });
  assert.equal(answer.token_type, 'bearer');
  assert.equal(answer.expires_in, 120);
  assert.equal(answer.scope, reads);
  assert.equal(await outcome(answer.access_token), 'good');
});

test('an assertion that is wrong in any way gets no token, and is told why', async () => {
  const stranger = await newKey();
  const good = { client, key, scope: reads };
  const other = (claims) => ({ ...good, change: (all) => ({ ...all, ...claims }) });
  const cases = [
    [other({ aud: 'https://maskinporten.no/' }), 'invalid_grant', /aud/],
    [other({ iss: randomUUID() }), 'invalid_grant', /iss/],
    [other({ iat: seconds() + 60, exp: seconds() + 120 }), 'invalid_grant', /iat/],
    [other({ iat: seconds() - 200, exp: seconds() - 90 }), 'invalid_grant', /exp is past/],
    [other({ nbf: seconds() + 60 }), 'invalid_grant', /nbf/],
    [other({ exp: seconds() + 600 }), 'invalid_grant', /120 seconds/],
    [other({ jti: undefined }), 'invalid_grant', /jti/],
    [other({ scope: confirms }), 'invalid_scope', /registered/],
    [other({ scope: 'altinn:everything' }), 'invalid_scope', /registered/],
    [other({ consumer_org: firm }), 'invalid_grant', /has not let/],
    [other({ consumer_org: '123456789' }), 'invalid_grant', /organisation number/],
    [other({ resource: 'not an address' }), 'invalid_target', /address/],
    [{ ...good, key: stranger }, 'invalid_grant', /kid/],
    [{ ...good, key: { ...stranger, kid: key.kid } }, 'invalid_grant', /signature/],
    [{ ...good, header: { kid: 'other' } }, 'invalid_grant', /kid/],
    [{ assertion: `${encoded({ alg: 'none', kid: key.kid })}.${encoded({ iss: client })}.` }, 'invalid_grant', /algorithm/],
    [{ assertion: 'x'.repeat(20_000) }, 'invalid_grant', /no JWT/],
    [{ ...good, form: { grant_type: 'client_credentials' } }, 'unsupported_grant_type', /jwt-bearer/],
  ];
  for (const [wish, error, why] of cases) {
    const answer = await requestToken(server, wish);
    assert.equal(answer.status, 400, JSON.stringify(answer.json));
    assert.equal(answer.json.error, error, answer.json.error_description);
    assert.match(answer.json.error_description, why);
    assert.equal(answer.json.access_token, undefined);
  }
});

test('an assertion is worth one token, whoever else sends it at the same time', async () => {
  const assertion = await signAssertion(server, { client, key, scope: reads });
  const answers = await Promise.all(Array.from({ length: 8 }, () => requestToken(server, { assertion })));
  assert.equal(answers.filter((one) => one.status === 200).length, 1);
  for (const one of answers.filter((each) => each.status !== 200)) assert.match(one.json.error_description, /jti was used before/);
});

test('a token of the built-in issuer that is wrong in any way is refused with its reason', async () => {
  assert.equal(await outcome(await ownToken()), 'good', 'the tokens below are wrong in one way each');
  const stranger = await newKey();
  const good = await ownToken();
  const [header, payload, signature] = good.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url'));
  const hmacHeader = encoded({ alg: 'HS256', kid: issuerKid });
  const publicPem = createPublicKey(issuerKey).export({ format: 'pem', type: 'spki' });
  const hmac = createHmac('sha256', publicPem).update(`${hmacHeader}.${payload}`).digest('base64url');
  const cases = [
    ['algorithm none', `${encoded({ alg: 'none' })}.${payload}.`, 'error.token.algorithm'],
    ['the public key as a secret', `${hmacHeader}.${payload}.${hmac}`, 'error.token.algorithm'],
    ['another key', await ownToken({}, { kid: stranger.kid }, stranger.privateKey), 'error.token.key'],
    ['another key under the same kid', await ownToken({}, {}, stranger.privateKey), 'error.token.signature'],
    ['another consumer, the old signature', `${header}.${encoded({ ...claims, consumer: party(firm) })}.${signature}`, 'error.token.signature'],
    ['no signature', `${header}.${payload}.`, 'error.token.signature'],
    ['another audience', await ownToken({ aud: 'https://other.example' }), 'error.token.audience'],
    ['no audience', await ownToken({ aud: undefined }), 'error.token.audience'],
    ['another issuer', await ownToken({ iss: 'https://maskinporten.no/' }), 'error.token.issuer'],
    ['the login issuer, without its slash', await ownToken({ iss: tokenIssuer(server).issuer.slice(0, -1) }), 'error.token.issuer'],
    ['expired', await ownToken({ iat: seconds() - 300, exp: seconds() - 20 }), 'error.token.expired'],
    ['not yet', await ownToken({ nbf: seconds() + 60 }), 'error.token.not_yet'],
    ['issued in the future', await ownToken({ iat: seconds() + 60 }), 'error.token.issued_at'],
    ['no time of issue', await ownToken({ iat: undefined }), 'error.token.issued_at'],
    ['too long a life', await ownToken({ exp: seconds() + 7200 }), 'error.token.lifetime'],
    ['no scope', await ownToken({ scope: undefined }), 'error.token.scope'],
    ['no consumer', await ownToken({ consumer: undefined }), 'error.token.consumer'],
    ['a consumer that is no organisation number', await ownToken({ consumer: party('974761468') }), 'error.token.consumer'],
    ['a consumer of no register', await ownToken({ consumer: party('310000019') }), 'error.token.unknown_organisation'],
    ['a supplier of no register', await ownToken({ supplier: party('310000019') }), 'error.token.supplier'],
    ['the consumer as its own supplier', await ownToken({ supplier: party(agency) }), 'error.token.supplier'],
    ['a consumer that let nobody act for it', await ownToken({ consumer: party(firm), supplier: party(agency) }), 'error.token.ended'],
    ['a scope that the client does not have', await ownToken({ scope: `${reads} ${confirms}` }), 'error.token.ended'],
    ['another type', await ownToken({}, { typ: 'logout+jwt' }), 'error.token.type'],
    ['bound to a key', await ownToken({ cnf: { jkt: 'x' } }), 'error.token.type'],
    ['too long', await ownToken({ more: 'x'.repeat(8000) }), 'error.token.size'],
    ['no JWT', 'abc', 'error.token.malformed'],
  ];
  for (const [what, token, code] of cases) assert.equal(await outcome(token), code, what);
  assert.equal(await outcome(null), 'error.token.missing');
  assert.equal(await outcome(null, { authorization: 'Basic YTpi' }), 'error.token.missing');
  const query = await fetch(`${server.origin}${place}&access_token=${good}`);
  assert.notEqual(query.status, 200, 'a token in an address is none');
});

test('an ended client, and a supplier whose right was ended, are refused from the next call on', async () => {
  const supplied = addClient(server, { organisation: firm, key, scopes: [reads], name: 'supplier' });
  const wish = { client: supplied, key, scope: reads, consumer: agency };
  assert.match((await requestToken(server, wish)).json.error_description, /has not let/);
  clientCommand(server, 'supplier', '--org', agency, '--supplier', firm, '--scope', reads);
  const token = await machineToken(server, wish);
  assert.equal(await outcome(token), 'good', 'the supplier sees what the agency sees');
  clientCommand(server, 'end', supplied);
  assert.equal(await outcome(token), 'error.token.ended');
  assert.match((await requestToken(server, wish)).json.error_description, /iss is no client/);
});

/** A token of the foreign issuer, by a certified client. */
async function foreignToken(wrong = {}) {
  await foreign.control(wrong);
  const config = await oidc.discovery(new URL(foreign.issuer), 'machine', undefined, oidc.PrivateKeyJwt({ key: machineSigner, kid: machineKey.kid }),
                                      { execute: [oidc.allowInsecureRequests] });
  return (await oidc.clientCredentialsGrant(config, { scope: reads })).access_token;
}

test('a new key of a foreign issuer is found at once, and made-up ones make nobody ask for more', async () => {
  assert.equal(await outcome(await foreignToken()), 'good');
  assert.equal(await foreign.shown(), 1);
  await foreign.rotate();
  assert.equal(await outcome(await foreignToken()), 'good');
  assert.equal(await foreign.shown(), 2);
  const made = await newKey('rsa');
  for (let i = 0; i < 10; i += 1)
    assert.equal(await outcome(await ownToken({ iss: foreign.issuer }, { kid: `made-up-${i}` }, made.privateKey)), 'error.token.key');
  assert.equal(await foreign.shown(), 2);
});

test('a foreign issuer that is trusted gives tokens that are taken, and each wrong one is refused with its reason', async () => {
  const good = await foreignToken();
  assert.equal(await outcome(good), 'good');
  const changed = (payload) => foreignToken({ payload });
  const [header, payload, signature] = good.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url'));
  const cases = [
    ['algorithm none', `${encoded({ alg: 'none', typ: 'at+jwt' })}.${payload}.`, 'error.token.algorithm'],
    ['a longer life, the old signature', `${header}.${encoded({ ...claims, exp: claims.exp + 600 })}.${signature}`, 'error.token.signature'],
    ['a key of the built-in issuer', await ownToken({ iss: foreign.issuer }), 'error.token.key'],
    ['another audience', await changed({ aud: 'https://other.example' }), 'error.token.audience'],
    ['another issuer', await changed({ iss: `${foreign.issuer}/` }), 'error.token.issuer'],
    ['the built-in issuer', await changed({ iss: tokenIssuer(server).issuer }), 'error.token.key'],
    ['expired', await changed({ iat: seconds() - 300, exp: seconds() - 20 }), 'error.token.expired'],
    ['not yet', await changed({ nbf: seconds() + 60 }), 'error.token.not_yet'],
    ['issued in the future', await changed({ iat: seconds() + 60 }), 'error.token.issued_at'],
    ['too long a life', await changed({ exp: seconds() + 7200 }), 'error.token.lifetime'],
    ['no scope', await foreignToken({ remove: ['scope'] }), 'error.token.scope'],
    ['another scope', await changed({ scope: 'altinn:events.subscribe' }), 'error.token.scope'],
    ['no consumer', await foreignToken({ remove: ['consumer'] }), 'error.token.consumer'],
    ['a consumer of no register', await changed({ consumer: party('310000019') }), 'error.token.unknown_organisation'],
    ['a supplier that is no organisation', await changed({ supplier: 'someone' }), 'error.token.supplier'],
    ['another type', await foreignToken({ header: { typ: 'secevent+jwt' } }), 'error.token.type'],
    ['too long', await changed({ more: 'x'.repeat(8000) }), 'error.token.size'],
  ];
  for (const [what, token, code] of cases) assert.equal(await outcome(token), code, what);
  assert.equal(await outcome(await changed({ supplier: party(firm) })), 'good', 'whom the issuer lets act is the issuer\'s to say');
});

test('a client without a key proves itself with its organisation\'s certificate, until that is revoked', async () => {
  const certificate = testCertificate(server, agency), wish = { client: addClient(server, { organisation: agency, scopes: [reads] }), scope: reads };
  const certified = (one) => ({ ...wish, certificate: { key: one.key, chain: one.x5c } });
  assert.equal(await outcome(await machineToken(server, certified(certificate))), 'good');
  const refused = async (one) => (await requestToken(server, certified(one))).json.error_description;
  assert.match(await refused(testCertificate(server, firm)), /another organisation/);
  assert.match(await refused(testCertificate(server, agency, { fault: 'expired' })), /error\.certificate\.expired/);
  assert.match(await refused(testCertificate(server, agency, { fault: 'encryption' })), /error\.certificate\.wrong_usage/);
  assert.match(await refused({ ...testCertificate(server, agency), key: certificate.key }), /signature/);
  revoke(server, certificate);
  assert.match(await refused(testCertificate(server, agency, { fault: 'chain' })), /error\.certificate\.untrusted_chain/);
  assert.match(await refused(certificate), /error\.certificate\.revoked/);
});

test('a foreign issuer that does not answer is said to be away, and the others go on', async () => {
  const token = await foreignToken();
  await server.stop();
  await foreign.stop();
  await server.start();
  assert.equal(await outcome(token), 'error.token.issuer_unavailable');
  assert.equal(await outcome(await ownToken()), 'good');
});
