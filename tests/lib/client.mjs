// A browser without scripts or pictures, fast enough to make load with: keep-alive connections, a cookie jar, forms, the login.
//
//   const person = new Client('http://localhost:8080');
//   await person.login('12345678901');                        // or a part of the name that the test issuer shows
//   const party = await person.chooseParty('Fjordbakeriet');  // uuid
//   const page = await person.get(`/a/${party}/innboks`);     // {status, headers, body, url}
//
// Everything here goes the way a person's browser goes; there is no back door.
import http from 'node:http';
import { randomBytes } from 'node:crypto';
import { form, forms, filled, links, unescape, words, title, heading } from './html.mjs';

export * from './html.mjs';

export class HttpProblem extends Error {
  constructor(message, response) {
    super(`${message}: ${response.status} at ${response.url} "${title(response.body)}: ${heading(response.body)}" ${problemWords(response.body)}`);
    this.response = response;
  }
}

function problemWords(body) {
  if (body.startsWith('{')) return body.slice(0, 300);
  const alert = /class="[^"]*(?:ds-alert|ds-error-summary|error-summary)[^"]*"[^>]*>([\s\S]*?)<\/(?:div|section)>/i.exec(body);
  return alert ? words(alert[1]).slice(0, 300) : '';
}

// Where a page sends one on to by itself (a refresh after 0 seconds).
function refreshOf(html) {
  const tag = /<meta\b[^>]*http-equiv="refresh"[^>]*>/i.exec(html)?.[0];
  const content = tag && /content="\s*0\s*;\s*url=([^"]*)"/i.exec(tag);
  return content ? unescape(content[1]) : '';
}

const shared = new http.Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 256, scheduling: 'lifo' });

export class Client {
  /** `origin`: where the portal is, such as "http://localhost:8080". `language`: "nb", "nn" or "en". */
  constructor(origin, { agent = shared, language = 'nb', timeoutMs = 30_000 } = {}) {
    this.origin = new URL(origin).origin;
    this.agent = agent;
    this.language = language;
    this.timeoutMs = timeoutMs;
    this.jar = new Map();  // host name -> Map(name -> value): cookies know no ports (RFC 6265 section 8.5)
    this.requests = 0;
  }

  cookies(url = this.origin) {
    const host = new URL(url).hostname;
    if (!this.jar.has(host)) this.jar.set(host, new Map());
    return this.jar.get(host);
  }

  /** Another tab of the same browser, or a copy that lives on when this one logs out. */
  copy() {
    const other = new Client(this.origin, this);
    for (const [host, cookies] of this.jar) other.jar.set(host, new Map(cookies));
    return other;
  }

  /** One request, no redirects followed. `body` is a string or Buffer. Rejects when no complete answer came. */
  request(method, target, { headers = {}, body = null, binary = false } = {}) {
    const url = new URL(target, this.origin);
    const cookies = [...this.cookies(url)].map(([name, value]) => `${name}=${value}`).join('; ');
    const all = { Accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.5', 'Accept-Language': this.language, ...headers };
    if (cookies) all.Cookie = cookies;
    if (method !== 'GET' && method !== 'HEAD') all.Origin ??= url.origin;
    if (body !== null) all['Content-Length'] = Buffer.byteLength(body);
    this.requests += 1;
    return new Promise((resolve, reject) => {
      const request = http.request({ host: url.hostname === 'localhost' ? '127.0.0.1' : url.hostname, port: url.port || 80, method, path: url.pathname + url.search,
                                     headers: { Host: url.host, ...all }, agent: this.agent, timeout: this.timeoutMs });
      request.on('timeout', () => request.destroy(new Error(`no answer within ${this.timeoutMs} ms`)));
      request.on('error', reject);
      request.on('response', (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('error', reject);
        answer.on('aborted', () => reject(new Error('the answer broke off')));
        answer.on('end', () => {
          if (!answer.complete) return reject(new Error('the answer broke off'));
          this.#keep(url, answer.headers['set-cookie'] ?? []);
          const octets = Buffer.concat(parts);
          resolve({ status: answer.statusCode, headers: answer.headers, body: binary ? octets : octets.toString('utf8'), octets, url: url.href, path: url.pathname + url.search });
        });
      });
      request.end(body ?? undefined);
    });
  }

  #keep(url, lines) {
    const cookies = this.cookies(url);
    for (const line of lines) {
      const [pair, ...rest] = line.split(';');
      const at = pair.indexOf('=');
      const name = pair.slice(0, at).trim();
      const value = pair.slice(at + 1).trim();
      const gone = rest.some((one) => /^\s*max-age\s*=\s*(0|-\d+)\s*$/i.test(one));
      if (gone) cookies.delete(name);
      else cookies.set(name, value);
    }
  }

  async #follow(response, most = 15) {
    while ([301, 302, 303, 307, 308].includes(response.status) && response.headers.location) {
      if (most-- === 0) throw new HttpProblem('too many redirects', response);
      response = await this.request('GET', new URL(response.headers.location, response.url).href);
    }
    return response;
  }

  async get(target, options = {}) {
    const response = await this.request('GET', target, options);
    return options.follow === false ? response : this.#follow(response);
  }

  /** Posts fields ([[name, value]] or an object) as a form; with `files` ([{field, name, type, data}]) or `multipart` as multipart. */
  async post(target, fields, { files = [], multipart = files.length > 0, follow = true, headers = {} } = {}) {
    const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
    let body, type;
    if (multipart) {
      const boundary = 'alting' + randomBytes(12).toString('hex');
      type = `multipart/form-data; boundary=${boundary}`;
      const quoted = (name) => name.replace(/[\r\n]/g, ' ').replace(/"/g, '%22');
      const parts = pairs.map(([name, value]) => Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`));
      for (const file of files) {
        parts.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${quoted(file.field)}"; filename="${quoted(file.name)}"\r\nContent-Type: ${file.type}\r\n\r\n`),
                   Buffer.from(file.data), Buffer.from('\r\n'));
      }
      body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
    } else {
      type = 'application/x-www-form-urlencoded';
      body = new URLSearchParams(pairs).toString();
    }
    const response = await this.request('POST', target, { body, headers: { 'Content-Type': type, ...headers } });
    return follow ? this.#follow(response) : response;
  }

  /** Posts a form of a page with some fields changed; `button` is {name, value}, `files` as in post(). */
  submit(page, wanted, changes = {}, { button = null, files = [], follow = true } = {}) {
    const fields = filled(wanted, changes);
    if (button?.name) fields.push([button.name, button.value]);
    const target = new URL(wanted.action || page.url, page.url).href;
    if (wanted.method === 'get') return this.get(target + (target.includes('?') ? '&' : '?') + new URLSearchParams(fields));
    return this.post(target, fields, { files, multipart: wanted.multipart || files.length > 0, follow });
  }

  /**
   * Logs in with the test issuer. `person`: a national identity number, or words of the line the issuer shows for the person.
   * `to`: the deep link to come back to. Returns the page one lands on.
   */
  async login(person, { method = 'BankID', to = '/profil', level = '' } = {}) {
    let page = await this.get(`/logg-inn/start?metode=${encodeURIComponent(method)}&til=${encodeURIComponent(to)}${level ? `&niva=${level}` : ''}`);
    for (let step = 0; step < 8; step += 1) {
      if (page.status >= 400) throw new HttpProblem(`login of ${person} failed`, page);
      if (new URL(page.url).origin === this.origin) return page;
      page = await this.#issuerStep(page, person, method);
    }
    throw new HttpProblem(`login of ${person} did not come back`, page);
  }

  // One page of the test issuer: choose the eID, search for the person and choose it or type its number, go on.
  async #issuerStep(page, person, method) {
    const refresh = refreshOf(page.body);
    if (refresh) return this.get(new URL(refresh, page.url).href);
    const all = forms(page.body);
    const number = /^\d{11}$/.test(person);
    for (const one of all) {
      const button = one.buttons.find((given) => given.name === 'person' && (number ? given.value === person : given.text.toLowerCase().includes(String(person).toLowerCase())));
      if (button) return this.submit(page, one, {}, { button });
    }
    const typed = all.find((one) => one.method === 'post' && one.fields.some(([name]) => name === 'nummer'));
    if (number && typed) return this.submit(page, typed, { nummer: person }, { button: typed.buttons[0] });
    const search = all.find((one) => one.method === 'get' && one.fields.some(([name, value]) => name === 'sok' && value === ''));
    if (search) return this.submit(page, search, { sok: person });
    const eid = links(page.body).find((one) => one.text.toLowerCase().startsWith(method.toLowerCase()));
    if (eid) return this.get(new URL(eid.href, page.url).href);
    throw new HttpProblem(`the issuer's page offers no ${person}`, page);
  }

  /** People the test issuer offers for a search ("" for the well-known ones): [{number, name}]. At most 30. */
  async people(search = '') {
    let page = await this.get('/logg-inn/start?metode=BankID&til=/profil');
    for (let step = 0; step < 4; step += 1) {
      const wanted = forms(page.body).find((one) => one.method === 'get' && one.fields.some(([name]) => name === 'sok'));
      if (wanted && new URL(page.url).origin !== this.origin) {
        if (search) page = await this.submit(page, wanted, { sok: search });
        return forms(page.body).flatMap((one) => one.buttons.filter((button) => button.name === 'person'))
          .map((button) => ({ number: button.value, name: button.text.replace(/^(Logg inn som|Log in as)\s+/i, '') }));
      }
      page = await this.#issuerStep(page, '', 'BankID');
    }
    throw new HttpProblem('the issuer shows no people', page);
  }

  /** [{uuid, text}] of whom one may represent (first page of the list, or of a search). */
  async parties(search = '') {
    const page = await this.get(`/aktor?til=/innboks${search ? `&q=${encodeURIComponent(search)}` : ''}`);
    if (page.status !== 200) throw new HttpProblem('the list of reportees', page);
    const seen = new Map();
    for (const { href, text } of links(page.body)) {
      const uuid = /\/aktor\/velg\?part=([0-9a-f-]{36})/.exec(href)?.[1];
      if (uuid && !seen.has(uuid)) seen.set(uuid, text);
    }
    return [...seen].map(([uuid, text]) => ({ uuid, text }));
  }

  /** Chooses the party whose name contains the words; returns its uuid. */
  async chooseParty(name) {
    const found = (await this.parties(name)).find((one) => one.text.toLowerCase().includes(name.toLowerCase()));
    if (!found) throw new Error(`may not represent "${name}"`);
    const page = await this.get(`/aktor/velg?part=${found.uuid}&til=/innboks`);
    if (page.status !== 200) throw new HttpProblem(`choosing ${name}`, page);
    return found.uuid;
  }

  /**
   * Starts a form for the party: returns {id, page} with the first page of the draft. `adds`: the instance an addition is to;
   * `way`: of a new form, where there are several through it.
   */
  async start(party, app, { adds = '', way = 'alt' } = {}) {
    const page = await this.get(`/a/${party}/skjema/${app}`);
    if (page.status !== 200) throw new HttpProblem(`the start page of ${app}`, page);
    const wanted = form(page.body, '/start');
    const fresh = wanted.choices.valg?.includes(`ny:${way}`) ? `ny:${way}` : 'ny';
    const button = wanted.buttons.find(({ name, value }) => name === 'vei' && value === way) ?? wanted.buttons[0];
    const first = await this.submit(page, wanted, 'valg' in wanted.choices ? { valg: adds || fresh } : {}, { button });
    const id = /\/utkast\/([0-9a-f-]{36})/.exec(first.path)?.[1];
    if (first.status !== 200 || !id) throw new HttpProblem(`starting ${app}`, first);
    return { id, page: first };
  }

  /** Fills in the page one has, with the fields that are there, and goes on ("next"), or stays (""). */
  fill(page, values, { go = 'next', files = [] } = {}) {
    const wanted = form(page.body, '#form-page');
    const names = new Set([...wanted.fields.map(([name]) => name), ...Object.keys(wanted.choices)]);
    const here = Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
    return this.submit(page, wanted, here, { button: go ? { name: 'go', value: go } : null, files });
  }

  /** Sends from the overview; returns the receipt page. Throws when it was refused. */
  async send(party, id) {
    const overview = await this.get(`/a/${party}/utkast/${id}/oversikt`);
    if (overview.status !== 200) throw new HttpProblem('the overview', overview);
    const wanted = form(overview.body, '/send');
    const page = await this.submit(overview, wanted, {}, { button: wanted.buttons[0] });
    if (page.status !== 200 || !page.path.includes('/kvittering')) throw new HttpProblem('sending', page);
    return page;
  }

  async receipt(party, id) {
    const response = await this.get(`/a/${party}/sak/${id}/kvittering.json`);
    if (response.status !== 200) throw new HttpProblem('the receipt', response);
    return response.body;
  }
}
