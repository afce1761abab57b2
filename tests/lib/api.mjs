// Whether what a machine interface answers is what /openapi.json says of it.
//
//   const document = await Document.of(server.origin);
//   document.check('GET', '/storage/api/v1/instances?org=dat', { status, headers, text });   // throws when it is not
import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const typeOf = (headers) => (headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
const pointer = (...names) => '#/' + names.map((name) => encodeURIComponent(String(name).replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');

export class Document {
  static async of(origin) {
    const answer = await fetch(`${origin}/openapi.json`);
    assert.equal(answer.status, 200, '/openapi.json');
    return new Document(await answer.json());
  }

  constructor(json) {
    this.json = json;
    this.ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
    addFormats(this.ajv);
    this.ajv.addSchema(json, 'document');
    this.checked = new Set();  // operationId and status of all answers looked at
    this.templates = Object.keys(json.paths).map((path) => ({
      path, places: path.split('{').length - 1,
      matches: new RegExp(`^${path.split(/\{[^}]+\}/).map((literal) => literal.replace(/[.*+?^$()|[\]\\]/g, '\\$&')).join('[^/]+')}$`) }))
      .sort((a, b) => a.places - b.places);  // a literal goes before a place, as in the router
  }

  #find(method, path) {
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
    const found = this.templates.find((one) => one.matches.test(path) && this.json.paths[one.path][verb]);
    return found && { path: found.path, operation: this.json.paths[found.path][verb] };
  }

  /** The path of the document that this address is of, and its operation. */
  operation(method, address) {
    const path = decodeURI(new URL(address, 'http://any').pathname);
    const found = this.#find(method, path);
    assert.ok(found, `${method} ${path} is not in the document`);
    return found;
  }

  /** check() of each answer of an address that the document has; what is not in it is answered as any wrong address is. */
  checkKnown(method, address, answer) {
    const { pathname } = new URL(address, 'http://any');
    if (/%(?![0-9a-f]{2})/i.test(pathname) || !this.#find(method, pathname)) return;
    this.check(method, address, answer);
  }

  /** `answer`: {status, headers, text}; names of headers in lower case. Throws when the document does not speak of such an answer. */
  check(method, address, { status, headers, text }) {
    const { path, operation } = this.operation(method, address);
    const where = `${method} ${path}: ${status}`;
    const said = String(status) in operation.responses ? String(status) : 'default';
    assert.ok(said !== 'default' || status >= 400, `${where} is not in the document`);
    const reference = operation.responses[said].$ref;
    const at = reference ? reference.slice(2).split('/') : ['paths', path, method === 'HEAD' ? 'get' : method.toLowerCase(), 'responses', said];
    const response = at.reduce((one, name) => one[name], this.json);
    for (const [name, header] of Object.entries(response.headers ?? {})) {
      const value = headers[name.toLowerCase()];
      if (value === undefined) continue;
      const read = header.schema?.type === 'integer' ? Number(value) : value;
      assert.ok(this.ajv.validate(header.schema, read), `${where}: ${name}: ${value}`);
    }
    for (const name of ['Retry-After', 'WWW-Authenticate'])
      assert.ok(!response.headers?.[name] || headers[name.toLowerCase()] || status === 403, `${where}: without ${name}`);
    assert.equal(headers['set-cookie'], undefined, `${where}: sets a cookie`);
    assert.match(headers['cache-control'] ?? '', /no-store/, `${where}: may be kept`);
    this.checked.add(`${operation.operationId} ${status}`);
    if (!response.content) {
      assert.equal(text ?? '', '', `${where}: has content`);
      return;
    }
    const type = typeOf(headers);
    const media = type in response.content ? type : '*/*';
    assert.ok(response.content[media], `${where}: ${type} is not in the document, which has ${Object.keys(response.content)}`);
    if (!response.content[media].schema || method === 'HEAD') return;
    const schema = { $ref: `document${pointer(...at, 'content', media, 'schema')}` };
    assert.ok(this.ajv.validate(schema, JSON.parse(text)), `${where}: ${JSON.stringify(this.ajv.errors, null, 1)}\n${text.slice(0, 2000)}`);
  }
}
