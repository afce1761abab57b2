// An organisation's own system: it gets tokens with an enterprise certificate of the organisation (tokens.mjs, certificates.mjs) and
// calls the machine interfaces.
//
//   const agency = await Organisation.of(server, agencyNumber, { scopes: ['altinn:serviceowner/instances.read'] });
//   const answer = await agency.get('/storage/api/v1/instances?org=dat');   // {status, headers, text, octets, json}
//
// Each answer is looked at: is it what /openapi.json says of it (api.mjs)?
import http from 'node:http';
import { Document } from './api.mjs';
import { testCertificate } from './certificates.mjs';
import { HttpProblem, form, words } from './client.mjs';
import { addClient, machineToken } from './tokens.mjs';

export const agencyNumber = '974761467';  // Datatilsynet, whose forms are under "dat"

export class Organisation {
  /** Registers a system of the organisation. Tokens are asked for when they are needed. `server`: of server.mjs. */
  static async of(server, number, { scopes }) {
    const one = new Organisation();
    Object.assign(one, { server, number, scopes, tokens: new Map() });
    one.certificate = testCertificate(server, number);
    one.client = addClient(server, { organisation: number, scopes });
    one.document = await Document.of(server.origin);
    return one;
  }

  /** What lib/tokens.mjs takes to ask for a token of this system. */
  wish(scope = this.scopes.join(' ')) {
    return { client: this.client, certificate: { key: this.certificate.key, chain: this.certificate.x5c }, scope };
  }

  /** An access token, the same until ten seconds before it ends; `fresh`: a new one. */
  async token({ scope = this.scopes.join(' '), consumer, fresh = false } = {}) {
    const name = `${scope} ${consumer ?? ''}`;
    const kept = this.tokens.get(name);
    if (kept && !fresh && kept.ends > Date.now() + 10_000) return kept.token;
    const token = await machineToken(this.server, { ...this.wish(scope), consumer });
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString('utf8'));
    this.tokens.set(name, { token, ends: exp * 1000 });
    return token;
  }

  /** One call. `token`: this one; "" sends none. `body`: text or octets, `json`: a value. The address may be absolute. */
  async call(method, address, { token, scope, headers = {}, body = null, json } = {}) {
    const bearer = token ?? await this.token({ scope });
    const content = json === undefined ? body : JSON.stringify(json);
    const url = new URL(address, this.server.origin);
    const all = { Host: url.host, ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}),
                  ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
                  ...(content === null ? {} : { 'Content-Length': Buffer.byteLength(content) }), ...headers };
    const answered = await new Promise((resolve, reject) => {
      const request = http.request({ host: '127.0.0.1', port: url.port, method, path: url.pathname + url.search, headers: all, timeout: 30_000 });
      request.on('timeout', () => request.destroy(new Error(`${method} ${address}: no answer`)));
      request.on('error', reject);
      request.on('response', (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('aborted', () => reject(new Error(`${method} ${address}: the answer broke off`)));
        answer.on('end', () => {
          const octets = Buffer.concat(parts);
          const text = octets.toString('utf8');
          const is = /^application\/([a-z]+\+)?json\b/.test(answer.headers['content-type'] ?? '') && text !== '';
          resolve({ status: answer.statusCode, headers: answer.headers, octets, text, json: is ? JSON.parse(text) : undefined });
        });
      });
      request.end(content ?? undefined);
    });
    this.document.checkKnown(method, url.href, answered);
    return answered;
  }
  get(address, options) { return this.call('GET', address, options); }
  post(address, json, options = {}) { return this.call('POST', address, { ...options, json }); }
  put(address, json, options = {}) { return this.call('PUT', address, { ...options, json }); }
  del(address, options) { return this.call('DELETE', address, options); }

  /** All instances of a list that goes on at `next`. */
  async all(address) {
    const found = [];
    for (let next = address; next; ) {
      const answer = await this.get(next);
      if (answer.status !== 200) throw new Error(`GET ${next}: ${answer.status} ${answer.text.slice(0, 500)}`);
      found.push(...answer.json.instances);
      next = answer.json.next;
    }
    return found;
  }
}

/** The organisation number of a party that sent something to the agency. */
export async function organisationNumberOf(agency, partyId) {
  const answer = await agency.get(`/storage/api/v1/instances?org=dat&instanceOwner.partyId=${partyId}&size=1`);
  return answer.json.instances[0].instanceOwner.organisationNumber;
}

/**
 * Fills in "Be om veiledning" for the party and sends it, as a person (client.mjs); `adds`: the instance that it is an addition to, `file`:
 * the name of a file that goes with it, `text`: a word to stand in its answers. {id, reference, elements (ids of its files), file (octets)}.
 */
export async function sendNotice(client, party, { text = 'hulder', file = '', adds = '' } = {}) {
  const octets = Buffer.from(`%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n%${text}\ntrailer<</Root 1 0 R>>\n%%EOF\n`);
  const values = { 'sporsmal.tema': 'annet', 'sporsmal.emne': text, 'sporsmal.tekst': text, 'tag:vedlegg': 'brev', 'kontakt.navn': text,
                   'kontakt.svar': 'innboks', 'mer.tekst': text };
  let { id, page } = await client.start(party, 'dat/veiledning', { adds });
  for (let count = 0; !/\/oversikt$/.test(page.path.split('?')[0]); count += 1) {
    if (page.status !== 200 || count > 9) throw new HttpProblem(`the form does not end: ${words(page.body).slice(0, 300)}`, page);
    const takes = file && form(page.body, '#form-page').files.includes('file:vedlegg');
    page = await client.fill(page, values, { files: takes ? [{ field: 'file:vedlegg', name: file, type: 'application/pdf', data: octets }] : [] });
  }
  const receipt = await client.send(party, id);
  return { id, reference: /\bAR[0-9A-F]{12}\b/.exec(receipt.body)[0], file: octets,
           elements: [...new Set([...receipt.body.matchAll(/\/vedlegg\/([0-9a-f-]{36})/g)].map(([, one]) => one))] };
}
