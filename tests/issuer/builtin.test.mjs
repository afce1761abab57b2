// Our own test issuer against a foreign client (`openid-client`, certified), and against our own relying party over real sockets.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import * as oidc from 'openid-client';
import { exportJWK, generateKeyPair, calculateJwkThumbprint } from 'jose';
import { Client, HttpProblem } from '../lib/client.mjs';
import { forms, heading, links } from '../lib/html.mjs';
import { onward, startRig } from './rig.mjs';

const redirectUri = 'http://localhost:9/tilbake';
let rig, config, person;

before(async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig' };
  jwk.kid = await calculateJwkThumbprint(jwk);
  rig = await startRig({ client: { client_id: 'foreign', redirect_uris: [redirectUri], post_logout_redirect_uris: ['http://localhost:9/ferdig'],
                                   frontchannel_logout_uri: 'http://localhost:9/front', jwks: { keys: [jwk] } } });
  person = (await rig.people()).manager;
  config = await oidc.discovery(new URL(rig.issuer), 'foreign', undefined, oidc.PrivateKeyJwt({ key: privateKey, kid: jwk.kid }), { execute: [oidc.allowInsecureRequests] });
});
after(() => rig?.stop());

/** Goes through the issuer's pages until it sends the browser back to the client; answers with that address. */
async function throughTheIssuer(browser, url, { method = 'BankID', number = person } = {}) {
  let page = await browser.get(url, { follow: false });
  for (let step = 0; step < 12; step += 1) {
    const refresh = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(page.body)?.[1];
    const next = page.headers.location ?? refresh;
    if (next?.startsWith(redirectUri)) return new URL(next);
    if (next) { page = await browser.get(new URL(next, page.url).href, { follow: false }); continue; }
    if (page.status !== 200) throw new HttpProblem('the issuer', page);
    const typed = forms(page.body).find((form) => form.fields.some(([name]) => name === 'nummer'));
    if (typed) { page = await browser.submit(page, typed, { nummer: number }, { button: typed.buttons[0], follow: false }); continue; }
    const link = links(page.body).find((one) => one.text.startsWith(method));
    assert.ok(link, `no ${method} at ${page.url}`);
    page = await browser.get(new URL(link.href, page.url).href, { follow: false });
  }
  throw new Error('the issuer never came to an end');
}

async function begin(more = {}) {
  const verifier = oidc.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier: verifier, expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() };
  const url = await oidc.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: redirectUri, scope: 'openid profile', state: checks.expectedState, nonce: checks.expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...more,
  });
  return { url: url.href, checks };
}

test('a foreign client discovers, pushes, logs in and checks every claim', async () => {
  const metadata = config.serverMetadata();
  assert.equal(metadata.issuer, rig.issuer);
  assert.equal(metadata.require_pushed_authorization_requests, true);
  assert.equal(metadata.authorization_response_iss_parameter_supported, true);
  const { url, checks } = await begin({ acr_values: 'idporten-loa-high', ui_locales: 'en' });
  const back = await throughTheIssuer(new Client(rig.issuer), url);
  assert.equal(back.searchParams.get('iss'), rig.issuer);
  const tokens = await oidc.authorizationCodeGrant(config, back, { ...checks, idTokenExpected: true });
  const claims = tokens.claims();
  assert.equal(claims.pid, person);
  assert.equal(claims.acr, 'idporten-loa-high');
  assert.deepEqual(claims.amr, ['BankID']);
  assert.equal(claims.locale, 'en');
  assert.ok(claims.sid && claims.jti && claims.auth_time);
});

test('a code is exchanged once', async () => {
  const { url, checks } = await begin();
  const back = await throughTheIssuer(new Client(rig.issuer), url);
  await oidc.authorizationCodeGrant(config, back, checks);
  await assert.rejects(oidc.authorizationCodeGrant(config, back, checks), (error) => error.error === 'invalid_grant');
});

test('a code stolen on its way is worth nothing without the verifier', async () => {
  const { url, checks } = await begin();
  const back = await throughTheIssuer(new Client(rig.issuer), url);
  await assert.rejects(oidc.authorizationCodeGrant(config, back, { ...checks, pkceCodeVerifier: oidc.randomPKCECodeVerifier() }), (error) => error.error === 'invalid_grant');
});

test('a request that was not pushed, and one that lacks PKCE, are refused', async () => {
  const browser = new Client(rig.issuer);
  assert.equal((await browser.get(`/authorize?client_id=foreign&response_type=code&scope=openid&redirect_uri=${encodeURIComponent(redirectUri)}`)).status, 400);
  await assert.rejects(oidc.buildAuthorizationUrlWithPAR(config, { redirect_uri: redirectUri, scope: 'openid', state: 's', nonce: 'n' }), (error) => error.error === 'invalid_request');
});

test('a client with another key is not believed', async () => {
  const { privateKey } = await generateKeyPair('ES256');
  const thief = await oidc.discovery(new URL(rig.issuer), 'foreign', undefined, oidc.PrivateKeyJwt(privateKey), { execute: [oidc.allowInsecureRequests] });
  await assert.rejects(oidc.buildAuthorizationUrlWithPAR(thief, { redirect_uri: redirectUri, scope: 'openid', state: 's', nonce: 'n' }), (error) => error.error === 'invalid_client');
});

test('MinID does not reach the high level', async () => {
  const { url } = await begin({ acr_values: 'idporten-loa-high' });
  const page = await new Client(rig.issuer).get(url);
  assert.ok(!links(page.body).some((link) => link.text.startsWith('MinID')));
  assert.ok(links(page.body).some((link) => link.text.startsWith('Commfides')));
});

test('a real number is refused with a word on what to do', async () => {
  const { url } = await begin();
  const browser = new Client(rig.issuer);
  let page = await browser.get(url);
  page = await browser.get(new URL(links(page.body).find((link) => link.text.startsWith('Buypass')).href, page.url).href);
  const typed = forms(page.body).find((form) => form.fields.some(([name]) => name === 'nummer'));
  const answer = await browser.submit(page, typed, { nummer: '01010150589' }, { button: typed.buttons[0] });
  assert.equal(answer.status, 422);
});

test('the whole way with our own relying party: in, up a level, out everywhere', async () => {
  const browser = new Client(rig.portal);
  let page = await browser.login(person, { method: 'MinID', to: '/hvem' });
  assert.deepEqual([JSON.parse(page.body).level, JSON.parse(page.body).method], ['3', 'MinID']);
  page = await browser.login(person, { method: 'BankID på mobil', to: '/hvem', level: '4' });
  assert.deepEqual([JSON.parse(page.body).level, JSON.parse(page.body).method], ['4', 'BankID på mobil']);

  // The foreign client shares the issuer's session, and logs out: our portal is told in a frame of the issuer's page.
  const { url, checks } = await begin();
  let step = await browser.get(url, { follow: false });
  const tokens = await oidc.authorizationCodeGrant(config, new URL(step.headers.location), checks);
  const out = oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: 'http://localhost:9/ferdig', id_token_hint: tokens.id_token });
  step = await browser.get(out.href, { follow: false });
  const farewell = await browser.get(new URL(step.headers.location, step.url).href, { follow: false });
  assert.match(farewell.headers['content-security-policy'], new RegExp(`frame-src[^;]* ${rig.portal}`));
  const frames = [...farewell.body.matchAll(/<iframe[^>]* src="([^"]+)"/g)].map((match) => match[1]);
  assert.equal(frames.length, 2);
  const stranger = new Client(rig.portal);  // a frame of another site sends no cookies
  for (const frame of frames) {
    const told = await stranger.get(new URL(frame, farewell.url).href, { follow: false });
    if (!told.headers.location.startsWith(rig.portal)) continue;
    const answer = await stranger.get(told.headers.location);
    assert.equal(answer.status, 200);
    assert.match(answer.headers['content-security-policy'], new RegExp(`frame-ancestors[^;]* ${rig.issuer}`));
    assert.equal(answer.headers['x-frame-options'], undefined);
  }
  assert.equal(JSON.parse((await browser.get('/hvem')).body).logged_in, false);
});

test('logging out at the portal logs out of the issuer and comes back', async () => {
  const browser = new Client(rig.portal);
  await browser.login(person, { to: '/hvem' });
  const page = await browser.get('/side');
  const done = await onward(browser, await browser.submit(page, forms(page.body).find((form) => form.action.endsWith('/logg-ut'))));
  assert.equal(done.path, '/logg-ut/ferdig');
  assert.match(heading(done.body), /logget ut/);
  assert.match(heading((await browser.get('/logg-inn/start')).body), /Velg eID/);
});
