// A foreign login issuer set up as ID-porten is: pushed requests only, private_key_jwt, PKCE, levels by acr. It is `oidc-provider`,
// a certified implementation that shares no code with us. Runs as a process of its own (it needs a newer Node than Debian's):
//
//   node foreign.mjs '{"port": 1, "client_id": "alting", "portal": "http://localhost:2"}'
//
// Whoever logs in is what POST /control said last: {"pid", "acr", "amr", "cancel"}.
import Provider, { interactionPolicy } from 'oidc-provider';
import { generateKeyPair, exportJWK } from 'jose';

const { port, client_id: clientId, portal } = JSON.parse(process.argv[2]);
const issuer = `http://localhost:${port}`;
const levels = ['idporten-loa-low', 'idporten-loa-substantial', 'idporten-loa-high'];
let next = { pid: '', acr: 'idporten-loa-substantial', amr: ['Minid-OTC'] };

const clientKeys = await (await fetch(`${portal}/.well-known/alting-client-jwks.json`)).json();
const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const key = { ...(await exportJWK(privateKey)), kid: 'foreign-1', alg: 'RS256', use: 'sig' };

// ID-porten asks again when the session is of a lower level than the request.
const policy = interactionPolicy.base();
policy.get('login').checks.add(new interactionPolicy.Check('level', 'a higher level is asked for', 'level', (ctx) => {
  const wanted = levels.indexOf((ctx.oidc.params.acr_values ?? '').split(' ')[0]);
  return levels.indexOf(ctx.oidc.session?.acr ?? '') < wanted && !ctx.oidc.result?.login;
}));

const provider = new Provider(issuer, {
  clients: [{
    client_id: clientId,
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'RS256',
    jwks: clientKeys,
    redirect_uris: [`${portal}/logg-inn/svar`],
    post_logout_redirect_uris: [`${portal}/logg-ut/ferdig`],
    grant_types: ['authorization_code'],
    response_types: ['code'],
  }],
  jwks: { keys: [key] },
  enableHttpPostMethods: true,  // at the logout, as RP-Initiated Logout 1.0 section 2 demands
  cookies: { keys: ['a key for tests'], long: { sameSite: 'none' } },
  acrValues: levels,
  clientAuthMethods: ['private_key_jwt'],
  scopes: ['openid', 'profile'],
  claims: { openid: ['sub', 'pid', 'acr', 'amr', 'sid'] },  // auth_time only for a request that asks for it, as the standard says
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
    rpInitiatedLogout: { enabled: true },
  },
  interactions: { policy, url: (_, interaction) => `/interaction/${interaction.uid}` },
  ttl: { AuthorizationCode: 60, IdToken: 120, Session: 7200, Interaction: 600, Grant: 600, AccessToken: 120, PushedAuthorizationRequest: 120 },
  findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id, ...(id.startsWith('eidas') ? {} : { pid: id }) }) }),
  // Nobody is asked for consent: ID-porten's clients are public bodies.
  async loadExistingGrant(ctx) {
    const { client, session } = ctx.oidc;
    const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
});

provider.use(async (ctx, proceed) => {
  if (ctx.path === '/control' && ctx.method === 'POST') {
    const parts = [];
    for await (const part of ctx.req) parts.push(part);
    next = { amr: ['BankID'], ...JSON.parse(Buffer.concat(parts).toString()) };
    ctx.body = 'ok';
    return;
  }
  if (ctx.path.startsWith('/interaction/')) {
    const result = next.cancel ? { error: 'access_denied', error_description: 'cancelled' }
                               : { login: { accountId: next.pid, acr: next.acr, amr: next.amr, remember: true } };
    await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
    ctx.respond = false;
    return;
  }
  await proceed();
});
provider.on('server_error', (ctx, error) => console.error(error));
for (const event of ['pushed_authorization_request.error', 'authorization.error', 'grant.error'])
  provider.on(event, (ctx, error) => console.error(event, error.message, error.error_description ?? '', error.error_detail ?? ''));

const server = provider.listen(port, '127.0.0.1', () => console.log('ready'));
process.stdin.resume().on('end', () => { server.close(); process.exit(0); });
