// What the OpenAPI document of the machine interfaces must be, rule by rule; a rule answers with what breaks it. Run on a document,
//
//   node script/lib/openapi_rules.mjs PROGRAM     # PROGRAM openapi prints the document
//
// it fails on any finding. Each rule has a test that plants what it must find (tests/api/openapi_rules.test.mjs).
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace'];
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Each operation with its path: {path, method, operation, at}. */
function operationsOf(document) {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) => Object.keys(item).filter((method) => methods.includes(method))
    .map((method) => ({ path, method, operation: item[method], at: `${method.toUpperCase()} ${path}` })));
}

/** What a $ref stands for; what is no reference stands for itself. Nothing when it leads nowhere. */
function resolved(document, one) {
  if (!isObject(one) || one.$ref === undefined) return one;
  if (!one.$ref.startsWith('#/')) return undefined;
  return one.$ref.slice(2).split('/').reduce((at, name) => at?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], document);
}

const parametersOf = (document, operation) => (operation.parameters ?? []).map((one) => resolved(document, one) ?? {});
const answersOf = (document, operation) => Object.entries(operation.responses ?? {}).map(([status, one]) => [status, resolved(document, one) ?? {}]);

/** Every object within `value`, with where it stands. */
function* objectsIn(value, at = '#') {
  if (Array.isArray(value)) for (const [i, one] of value.entries()) yield* objectsIn(one, `${at}/${i}`);
  if (!isObject(value)) return;
  yield [value, at];
  for (const [name, one] of Object.entries(value)) yield* objectsIn(one, `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

/** What of a schema for what comes in has no end: `name` is where. References are followed once each. */
function endless(document, schema, name, seen = new Set()) {
  if (!isObject(schema) || seen.has(schema)) return [];
  seen.add(schema);
  if (schema.$ref !== undefined) return endless(document, resolved(document, schema), name, seen);
  const types = [schema.type ?? []].flat();
  const found = [];
  const bounded = schema.enum !== undefined || schema.const !== undefined;
  if (types.includes('string') && !bounded && schema.maxLength === undefined && !['uuid', 'date', 'date-time'].includes(schema.format)) found.push(`${name} is a text of any length`);
  if (types.includes('integer') && !bounded && (schema.minimum === undefined || schema.maximum === undefined)) found.push(`${name} is a number without bounds`);
  if (types.includes('array')) {
    if (schema.maxItems === undefined) found.push(`${name} is a list of any length`);
    found.push(...endless(document, schema.items, `${name}[]`, seen));
  }
  if (types.includes('object')) {
    if (isObject(schema.additionalProperties) && schema.maxProperties === undefined) found.push(`${name} has any number of members`);
    found.push(...endless(document, schema.additionalProperties, `${name}.*`, seen));
  }
  for (const [member, one] of Object.entries(schema.properties ?? {})) found.push(...endless(document, one, `${name}.${member}`, seen));
  for (const one of schema.anyOf ?? []) found.push(...endless(document, one, name, seen));
  return found;
}

export const rules = {
  'version: the document is OpenAPI 3.1 and says what it is of': (document) => [
    ...(/^3\.1\.\d+$/.test(document.openapi ?? '') ? [] : ['openapi is not 3.1']),
    ...(document.info?.title && document.info?.version && document.info?.description ? [] : ['info lacks title, version or description']),
    ...(document.servers?.length ? [] : ['no servers']),
    ...(operationsOf(document).length ? [] : ['no operations'])],

  'references: each leads to something in this document': (document) => [...objectsIn(document)]
    .filter(([one]) => typeof one.$ref === 'string' && resolved(document, one) === undefined).map(([one, at]) => `${at}: ${one.$ref} leads nowhere`),

  'operation-ids: each operation has one of its own, in camelCase': (document) => {
    const seen = new Set();
    return operationsOf(document).flatMap(({ at, operation }) => {
      const id = operation.operationId ?? '';
      const again = seen.has(id);
      seen.add(id);
      return /^[a-z][A-Za-z0-9]*$/.test(id) && !again ? [] : [`${at}: operationId ${JSON.stringify(id)}`];
    });
  },

  'words: each operation has a summary of one line, and each tag a description': (document) => [
    ...operationsOf(document).filter(({ operation }) => !/^[^\n]{3,80}$/.test(operation.summary ?? '') || operation.summary.endsWith('.')).map(({ at }) => `${at}: summary`),
    ...(document.tags ?? []).filter((tag) => !tag.description).map((tag) => `tag ${tag.name}`)],

  'tags: each operation has one, and it is declared': (document) => operationsOf(document)
    .filter(({ operation }) => operation.tags?.length !== 1 || !(document.tags ?? []).some((tag) => tag.name === operation.tags[0])).map(({ at }) => at),

  'paths: all have /api/ in them, and none ends with a slash': (document) => Object.keys(document.paths ?? {})
    .filter((path) => !/^(\/(?:[a-zA-Z0-9._-]+|\{[a-zA-Z]+\}))+$/.test(path) || !path.includes('/api/')),

  'places: each place of a path is a required parameter of it, and no other is': (document) => operationsOf(document).flatMap(({ at, path, operation }) => {
    const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name).sort();
    const said = parametersOf(document, operation).filter((one) => one.in === 'path' && one.required === true).map((one) => one.name).sort();
    return JSON.stringify(inPath) === JSON.stringify(said) ? [] : [`${at}: ${said} said, ${inPath} in the path`];
  }),

  'parameters: none is said twice, and each has a schema': (document) => operationsOf(document).flatMap(({ at, operation }) => {
    const all = parametersOf(document, operation);
    const names = all.map((one) => `${one.in} ${one.name}`);
    return [...names.filter((name, i) => names.indexOf(name) !== i), ...all.filter((one) => !isObject(one.schema)).map((one) => one.name)].map((name) => `${at}: ${name}`);
  }),

  'limits: whatever comes in has an end': (document) => operationsOf(document).flatMap(({ at, operation }) => [
    ...parametersOf(document, operation).filter((one) => one.in !== 'path' && one.name !== 'Accept-Language')
      .flatMap((one) => endless(document, one.schema, one.name)),
    ...Object.values(operation.requestBody?.content ?? {}).flatMap((one) => endless(document, one.schema, 'the content'))].map((what) => `${at}: ${what}`)),

  'security: each operation says who may call it, by a scheme of this document': (document) => operationsOf(document)
    .filter(({ operation }) => !Array.isArray(operation.security)
      || operation.security.some((one) => Object.entries(one).some(([name, scopes]) => !document.components?.securitySchemes?.[name] || scopes.length === 0))).map(({ at }) => at),

  'refusals: who needs a token is told of 401, 403 and 429, and everyone of 503 and the rest': (document) => operationsOf(document).flatMap(({ at, operation }) => {
    const needed = [...(operation.security?.length ? ['401', '403', '429'] : []), ...(operation.requestBody ? ['400', '413', '415'] : []), '503', 'default'];
    return needed.filter((status) => operation.responses?.[status] === undefined).map((status) => `${at}: ${status}`);
  }),

  'problems: every refusal is a problem document, and nothing else is': (document) => operationsOf(document).flatMap(({ at, operation }) =>
    answersOf(document, operation).filter(([status, answer]) => {
      const types = Object.keys(answer.content ?? {});
      const isProblem = types.length === 1 && types[0] === 'application/problem+json' && answer.content[types[0]].schema?.$ref === '#/components/schemas/Problem';
      return isProblem !== !/^[123]/.test(status);
    }).map(([status]) => `${at}: ${status}`)),

  'answers: each operation says what it answers when all is well, JSON with a schema, and words for each': (document) => operationsOf(document).flatMap(({ at, operation }) => {
    const all = answersOf(document, operation);
    return [...(all.some(([status]) => /^2/.test(status)) ? [] : [`${at}: nothing`]),
      ...all.filter(([, answer]) => !answer.description).map(([status]) => `${at}: no words for ${status}`),
      ...all.filter(([, answer]) => Object.entries(answer.content ?? {}).some(([type, one]) => type.includes('json') && !isObject(one.schema))).map(([status]) => `${at}: no schema for ${status}`)];
  }),

  'waiting: who must wait is told for how long': (document) => operationsOf(document).flatMap(({ at, operation }) => answersOf(document, operation)
    .filter(([status, answer]) => ['429', '503'].includes(status) && !answer.headers?.['Retry-After']).map(([status]) => `${at}: ${status}`)),

  'contents: JSON, a form with files, or a file; required, and only where something is made or changed': (document) => operationsOf(document)
    .filter(({ method, operation }) => operation.requestBody && (['get', 'delete', 'head'].includes(method) || operation.requestBody.required !== true
      || Object.keys(operation.requestBody.content ?? {}).length !== 1
      || !Object.entries(operation.requestBody.content).every(([type, one]) => type === 'application/octet-stream' || (['application/json', 'multipart/form-data'].includes(type) && isObject(one.schema))))).map(({ at }) => at),

  'repeating: what makes something anew at each call takes an Idempotency-Key': (document) => operationsOf(document)
    .filter(({ method, operation }) => method === 'post' && operation.requestBody
      && !parametersOf(document, operation).some((one) => one.in === 'header' && one.name === 'Idempotency-Key')).map(({ at }) => at),

  'closed: an object says all members it may have, and requires none that it has not': (document) => [...objectsIn(document.components?.schemas ?? {}, '#/components/schemas')]
    .filter(([one, at]) => one.type === 'object' && !/\/properties$/.test(at)
      && (one.additionalProperties === undefined || (one.required ?? []).some((name) => one.properties?.[name] === undefined))).map(([, at]) => at),

  'unused: each schema is used': (document) => {
    const used = new Set([...objectsIn(document)].map(([one]) => one.$ref));
    return Object.keys(document.components?.schemas ?? {}).filter((name) => !used.has(`#/components/schemas/${name}`));
  },
};

/** [{rule, what}], none when the document is as it must be. */
export function findings(document) {
  return Object.entries(rules).flatMap(([rule, broken]) => broken(document).map((what) => ({ rule: rule.split(':')[0], what })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const document = JSON.parse(execFileSync(process.argv[2], ['openapi'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));
  const found = findings(document);
  for (const { rule, what } of found) console.error(`openapi: ${rule}: ${what}`);
  process.exit(found.length > 0 ? 1 : 0);
}
