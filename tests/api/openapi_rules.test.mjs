// The rules that the OpenAPI document of the machine interfaces keeps in every build (script/lib/openapi_rules.mjs): that each finds what
// it is for; and the document itself against OpenAPI's own schema.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Validator } from '@seriousme/openapi-schema-validator';
import { findings, rules } from '../../script/lib/openapi_rules.mjs';
import { program } from '../lib/server.mjs';

const problem = { description: 'refused', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
const waiting = { ...problem, headers: { 'Retry-After': { schema: { type: 'integer' } } } };
const refusals = { 400: problem, 401: problem, 403: problem, 413: problem, 415: problem, 429: waiting, 503: waiting, default: problem };

/** A document that breaks no rule. */
const good = () => structuredClone({
  openapi: '3.1.1', info: { title: 'Things', version: '1', description: 'Things' }, servers: [{ url: '/' }],
  tags: [{ name: 'things', description: 'Things' }],
  paths: {
    '/api/things/{id}': {
      get: {
        operationId: 'getThing', tags: ['things'], summary: 'One thing', security: [{ token: ['read'] }],
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } },
                     { name: 'order', in: 'query', schema: { type: 'string', enum: ['asc', 'desc'] } }],
        responses: { 200: { description: 'It', content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } }, ...refusals },
      },
    },
    '/api/things': {
      post: {
        operationId: 'makeThing', tags: ['things'], summary: 'Make a thing', security: [],
        parameters: [{ name: 'Idempotency-Key', in: 'header', schema: { type: 'string', maxLength: 255 } }],
        requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
        responses: { 201: { description: 'Made', content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } }, ...refusals },
      },
    },
  },
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    schemas: {
      Problem: { type: 'object', properties: { type: { type: 'string' } }, required: ['type'], additionalProperties: false },
      Thing: { type: 'object', properties: { name: { type: 'string', maxLength: 5 }, sizes: { type: 'array', maxItems: 3, items: { type: 'integer', minimum: 1, maximum: 9 } } },
               additionalProperties: false },
    },
  },
});

const get = (document) => document.paths['/api/things/{id}'].get;
const post = (document) => document.paths['/api/things'].post;
const thing = (document) => document.components.schemas.Thing;

/** What breaks each rule, and no other. */
const planted = {
  version: [(d) => { d.openapi = '3.0.3'; }, (d) => { delete d.info.description; }, (d) => { d.servers = []; }],
  references: [(d) => { d.components.schemas.Other = { $ref: '#/components/schemas/Nobody' }; d.components.schemas.Third = { $ref: '#/components/schemas/Other' };
                        get(d).responses[200].content['application/json'].schema = { $ref: '#/components/schemas/Third' }; }],
  'operation-ids': [(d) => { get(d).operationId = 'GetThing'; }, (d) => { get(d).operationId = 'makeThing'; }, (d) => { delete get(d).operationId; }],
  words: [(d) => { get(d).summary = 'One thing.'; }, (d) => { get(d).summary = 'x'.repeat(81); }, (d) => { delete get(d).summary; }, (d) => { delete d.tags[0].description; }],
  tags: [(d) => { get(d).tags = ['others']; }, (d) => { get(d).tags = []; }, (d) => { get(d).tags = ['things', 'things']; }],
  paths: [(d) => { d.paths['/things'] = d.paths['/api/things']; delete d.paths['/api/things']; }, (d) => { d.paths['/api/things/'] = d.paths['/api/things']; delete d.paths['/api/things']; }],
  places: [(d) => { get(d).parameters[0].name = 'other'; }, (d) => { get(d).parameters[0].required = false; }, (d) => { get(d).parameters.shift(); }],
  parameters: [(d) => { get(d).parameters.push(get(d).parameters[1]); }, (d) => { delete get(d).parameters[0].schema; }],
  limits: [(d) => { get(d).parameters[1].schema = { type: 'string' }; }, (d) => { get(d).parameters[1].schema = { type: 'integer', minimum: 1 }; },
           (d) => { delete thing(d).properties.name.maxLength; }, (d) => { delete thing(d).properties.sizes.maxItems; },
           (d) => { delete thing(d).properties.sizes.items.maximum; }, (d) => { thing(d).additionalProperties = { type: 'boolean' }; }],
  security: [(d) => { delete get(d).security; }, (d) => { get(d).security = [{ nobody: ['read'] }]; }, (d) => { get(d).security = [{ token: [] }]; }],
  refusals: [(d) => { delete get(d).responses[401]; }, (d) => { delete post(d).responses[413]; }, (d) => { delete get(d).responses.default; }],
  problems: [(d) => { get(d).responses[404] = { description: 'Nothing', content: { 'application/json': { schema: { type: 'string' } } } }; }, (d) => { get(d).responses[404] = { description: 'Nothing' }; },
             (d) => { get(d).responses[202] = problem; }],
  answers: [(d) => { delete get(d).responses[200]; d.components.schemas.Problem = thing(d); }, (d) => { get(d).responses[200].description = ''; },
            (d) => { delete get(d).responses[200].content['application/json'].schema; }],
  waiting: [(d) => { get(d).responses[429] = problem; }, (d) => { post(d).responses[503] = problem; }],
  contents: [(d) => { post(d).requestBody.required = false; }, (d) => { post(d).requestBody.content['text/plain'] = {}; },
             (d) => { get(d).requestBody = { required: true, content: { 'application/json': {} } }; }],
  repeating: [(d) => { post(d).parameters = []; }],
  closed: [(d) => { delete thing(d).additionalProperties; }, (d) => { thing(d).required = ['size']; },
           (d) => { thing(d).properties.below = { type: 'object', properties: {} }; }],
  unused: [(d) => { d.components.schemas.Other = { type: 'string' }; }],
};

test('the rules find nothing in a document that keeps them', () => {
  assert.deepEqual(findings(good()), []);
});

for (const rule of Object.keys(rules).map((name) => name.split(':')[0])) {
  test(`the rule "${rule}" finds each of its faults`, () => {
    assert.ok(planted[rule]?.length, 'nothing is planted for it');
    for (const plant of planted[rule]) {
      const document = good();
      plant(document);
      assert.deepEqual([...new Set(findings(document).map((one) => one.rule))], [rule], `${plant}`);
    }
  });
}

test('the document of the program keeps all rules, and is OpenAPI by its own schema', async () => {
  const document = JSON.parse(execFileSync(program, ['openapi', '--url', 'https://portal.example'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));
  assert.deepEqual(findings(document), []);
  assert.deepEqual(document.servers, [{ url: 'https://portal.example' }]);
  const validated = await new Validator().validate(document);
  assert.ok(validated.valid, JSON.stringify(validated.errors, null, 1));
});
