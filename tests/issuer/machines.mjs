// A foreign issuer of machines' tokens: `oidc-provider`, a certified implementation that shares no code with us. It has no RFC 7523 grant,
// so clients use client credentials with private_key_jwt, and get JWT access tokens (RFC 9068) with the claim `consumer`. Runs as a process
// of its own (it needs a newer Node than Debian's):
//
//   node machines.mjs '{"port": 1, "audience": "http://localhost:2", "jwk": {...}, "claims": {"consumer": ...}}'
//
// POST /control {"payload": {...}, "remove": [...], "header": {...}} makes the tokens that follow wrong: claims other than they should be,
// missing ones, another header. It has two keys; POST /rotate takes the other into use and no longer shows the first.
import Provider from 'oidc-provider';
import { exportJWK, generateKeyPair } from 'jose';

const { port, audience, jwk, claims } = JSON.parse(process.argv[2]);
const issuer = `http://localhost:${port}`;
let wrong = {}, rotated = false;

const key = async (kid) => ({ ...(await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey)), kid, alg: 'RS256', use: 'sig' });
const keys = [await key('first'), await key('second')];

const provider = new Provider(issuer, {
  clients: [{ client_id: 'machine', grant_types: ['client_credentials'], redirect_uris: [], response_types: [], token_endpoint_auth_method: 'private_key_jwt',
              token_endpoint_auth_signing_alg: 'ES256', jwks: { keys: [jwk] } }],
  jwks: { keys },
  clientAuthMethods: ['private_key_jwt'],
  scopes: ['altinn:serviceowner/instances.read'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => audience,
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx, resource) => ({ scope: 'altinn:serviceowner/instances.read', audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: 120,
                                                   jwt: { sign: { alg: 'RS256', kid: rotated ? 'second' : 'first' } } }),
    },
  },
  extraTokenClaims: () => claims,
  formats: {
    customizers: {
      jwt(ctx, token, jwt) {
        Object.assign(jwt.payload, wrong.payload);
        for (const claim of wrong.remove ?? []) delete jwt.payload[claim];
        if (wrong.header) jwt.header = wrong.header;
      },
    },
  },
});

let shown = 0;
provider.use(async (ctx, proceed) => {
  if (ctx.method === 'POST' && ctx.path === '/control') {
    const parts = [];
    for await (const part of ctx.req) parts.push(part);
    wrong = JSON.parse(Buffer.concat(parts).toString());
    ctx.body = 'ok';
    return;
  }
  if (ctx.method === 'POST' && ctx.path === '/rotate') {
    rotated = true;
    ctx.body = 'ok';
    return;
  }
  if (ctx.path === '/shown') {
    ctx.body = String(shown);
    return;
  }
  await proceed();
  if (ctx.path === '/jwks') {
    shown += 1;
    ctx.body = { keys: ctx.body.keys.filter((one) => one.kid === (rotated ? 'second' : 'first')) };
  }
});
provider.on('server_error', (ctx, error) => console.error(error));
provider.on('grant.error', (ctx, error) => console.error(error.message, error.error_description ?? '', error.error_detail ?? ''));

const server = provider.listen(port, '127.0.0.1', () => console.log('ready'));
process.stdin.resume().on('end', () => { server.close(); process.exit(0); });
