// The world that the walk of all routes goes through (routes.test.mjs): a victim with drafts, sent forms, an addition, attachments and
// rights given to others, and those who are not the victim.
//
// Each form of the victim's, draft or sent, has a secret: a word that stands in its answers, and in names and contents of its files, and
// nowhere else. Who gets an answer with a secret in it has seen that form.
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, HttpProblem, form, forms, words } from '../lib/client.mjs';
import { logInWith, numberOf, testCertificate } from '../lib/certificates.mjs';
import { letterOf, openLetter, sendLetter } from '../lib/messages.mjs';
import { Server, top } from '../lib/server.mjs';

/** Stands in every form of the victim's, so that a search for it finds all that one may see. */
export const common = 'fjellhulder';

const firm = 'Fjord og Fjell AS';
const firmAddress = 'hulder@fjord.example', staffAddress = 'grevling@dat.example';  // that are added for notices
const original = 'dat/veiledning';  // Datatilsynet has staff in the population of the demo
const neighbour = 'nabo/veiledning';  // the same form of an agency that none of those asked for here works for
const closed = 'dat/lukket';  // the same form of Datatilsynet, whose policy lets no staff read
export const surname = (who) => who.name.split(/[\s,(]/)[1];
const secret = () => `hulder${randomBytes(8).toString('hex')}`;

/** As little as is taken for one, with the word in it. */
const pdf = (word) => ({ name: `${word}.pdf`, type: 'application/pdf', data: Buffer.from(`%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n%${word}\ntrailer<</Root 1 0 R>>\n%%EOF\n`) });

/** Copies the form to another owner or name; `change` gets and gives the text of its policy. */
function copyApp(services, id, { number = '', change = (policy) => policy } = {}) {
  const [org, app] = id.split('/');
  const to = join(services, id);
  cpSync(join(services, original), to, { recursive: true });
  const edit = (file, how) => writeFileSync(join(to, file), how(readFileSync(join(to, file), 'utf8')));
  edit('config/applicationmetadata.json', (text) => text.replace(`"id": "${original}"`, `"id": "${id}"`).replace('"org": "dat"', `"org": "${org}"`));
  if (number) edit('config/alting.json', (text) => text.replace(/("orgnr": ")\d{9}/, `$1${number}`));
  edit('config/authorization/policy.xml', change);
  return { org, app };
}

/** Gives the form something to do once it is sent, with a text to begin from. */
function addTask(services, id) {
  const file = join(services, id, 'config/alting.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  config.receipt.tasks = [{ when: true, title: 'kvittering.svar', body: 'kvittering.svar', template: 'kvittering.svar' }];
  writeFileSync(file, JSON.stringify(config, null, 2));
}

/** Without the rule that lets the agency's staff read what was sent. */
function withoutAgency(policy) {
  const rules = policy.match(/<xacml:Rule [\s\S]*?<\/xacml:Rule>/g);
  const [of] = rules.filter((rule) => /The service owner/.test(rule));
  if (!of) throw new Error('the policy has no rule for the agency any more');
  return policy.replace(of, '');
}

export class World {
  /** `copies`: with a copy of everything and a proof of an erasure, which are waited for. */
  static async make({ copies = true } = {}) {
    const world = new World();
    world.services = mkdtempSync(join(tmpdir(), 'alting-routes-'));
    try {
      await world.#make(copies);
    } catch (error) {
      await world.remove();
      throw error;
    }
    return world;
  }

  async #make(copies) {
    cpSync(join(top, 'services'), this.services, { recursive: true });
    addTask(this.services, original);
    copyApp(this.services, neighbour, { number: '999999999' });
    copyApp(this.services, closed, { change: withoutAgency });
    this.server = await Server.demo({ start: false });
    this.server.configure(`paths.services = "${this.services}"`);
    await this.server.start();

    const people = await new Client(this.server.origin).people();
    const personNamed = (name) => people.find((one) => one.name.startsWith(name));
    this.victim = await this.person('victim', personNamed('Modig Måltrost'));
    this.nobody = await this.person('nobody', null);
    this.stranger = await this.person('stranger', personNamed('Glad Havørn'));
    this.staff = await this.person('staff', personNamed('Grundig Grevling'));  // who also manages the agency's access
    this.lesser = await this.person('lesser', { number: '03899146556', name: 'Stille Elvebredd' });
    this.business = await this.organisation('business', '974761467');  // the agency itself, in a browser: it is none of its staff
    const unknown = people.filter((one) => !Object.values(this).some((known) => known?.who?.number === one.number));
    [this.other, this.another] = unknown.map((who) => ({ who }));  // one who gets a right, and one who would
    await new Client(this.server.origin).login(this.victim.who.number);  // a second session, which may be ended on its own

    this.erasures = copies ? await this.eraseNothing() : [];
    this.firm = await this.victim.client.chooseParty(firm);
    this.victim.parties = [this.firm, this.victim.own];
    this.lesser.parties = [this.firm, this.lesser.own];
    this.delegations = [await this.give(this.lesser, 'dat/avviksmelding'), await this.give(this.other, 'dat/avviksmelding'), await this.getsFrom(this.other)];
    await this.asksAndIsAsked(unknown.slice(2));
    await this.logsInWithCertificate();
    await this.systems();
    await this.addressesForNotices();

    this.things = [];
    await this.sent(this.victim, this.firm, original, { addition: true });
    await this.draft(this.victim, this.firm, original);
    await this.draft(this.victim, this.firm, original);
    await this.draft(this.victim, this.victim.own, original);
    await this.sent(this.victim, this.victim.own, original);
    for (const app of [neighbour, closed]) {
      await this.sent(this.victim, this.firm, app);
      await this.draft(this.victim, this.firm, app);
    }
    await this.deleted(await this.sent(this.victim, this.firm, original));
    await this.sent(this.stranger, this.stranger.own, original);
    await this.draft(this.stranger, this.stranger.own, original);
    await this.letters();
    this.copies = copies ? await this.copyOfAll() : [];
    await this.rights();
    this.receipt = await this.victim.client.receipt(this.firm, this.things[0].id);
  }

  async person(name, who) {
    const client = new Client(this.server.origin);
    const one = { name, client, who, own: '', parties: [] };
    if (who) await this.logIn(one);
    else await client.get('/kvittering');  // a browser that has seen a page has a token
    return one;
  }

  /** An organisation that is logged in with its certificate, and no person. */
  async organisation(name, number) {
    const one = { name, client: new Client(this.server.origin), who: { number }, certificate: testCertificate(this.server, number), own: '', parties: [] };
    await this.logIn(one);
    return one;
  }

  /** A session for whoever has none any more. */
  async logIn(one) {
    if (!one.who || (await one.client.get('/okt', { follow: false })).status < 300) return;
    await (one.certificate ? logInWith(one.client, one.certificate, { to: '/profil' }) : one.client.login(one.who.number));
    const profile = await one.client.get('/profil');
    one.own = /\/a\/([0-9a-f-]{36})\//.exec(profile.body)[1];  // no party is chosen: the menu leads to one's own
    if (one.parties.length === 0) one.parties = [one.own];
  }

  /** While there is nothing to erase: so that there is a proof of it. */
  async eraseNothing() {
    const { client, own } = this.victim;
    const at = `/a/${own}/personvern/slett`;
    const page = await client.get(at);
    const done = await client.submit(page, form(page.body, '/personvern/slett'), {});
    for (let count = 0, shown = done; count < 100; count += 1, shown = await client.get(at)) {
      const found = [...shown.body.matchAll(/\/personvern\/slett\/([0-9a-f-]{36})/g)].map(([, id]) => id);
      if (found.length) return found;
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
    throw new HttpProblem('a proof of erasure', done);
  }

  /** A copy that the victim asked for. */
  async copyOfAll() {
    const { client, own } = this.victim;
    const copies = `/a/${own}/personvern/kopi`;
    const before = await client.get(copies);
    const asked = await client.submit(before, form(before.body, '/personvern/kopi'), {});
    const ids = forms(asked.body).map((one) => /\/kopi\/([0-9a-f-]{36})\/slett$/.exec(one.action)?.[1]).filter(Boolean);
    let page = asked;
    for (let count = 0; count < 600 && !page.body.includes(`/kopi/${ids[0]}"`); count += 1) {  // until it can be downloaded
      await new Promise((resolve) => { setTimeout(resolve, 100); });
      page = await client.get(copies);
    }
    if (ids.length !== 1 || !page.body.includes(`/kopi/${ids[0]}"`)) throw new HttpProblem('a copy that is ready', page);
    return ids;
  }

  /** Requests to the agency: of the victim's own and of the firm. */
  async rights() {
    const { client, own } = this.victim;
    this.claims = [];
    for (const party of [own, this.firm]) {
      const page = await client.get(`/a/${party}/personvern/krav?rett=objection`);
      const done = await client.submit(page, form(page.body, '/personvern/krav'), { tekst: common, gjelder: 'all:dat' });
      this.claims.push(...forms(done.body).map((one) => /\/krav\/([0-9a-f-]{36})\/trekk$/.exec(one.action)?.[1]).filter(Boolean));
    }
    if (this.claims.length !== 2) throw new Error(`${this.claims.length} requests instead of two`);
  }

  /** The victim asks the agency to restrict what they choose of these ("all:dat", or what names a form or a message), and its staff does. */
  async restrict(party, choose) {
    const { client } = this.victim;
    const page = await client.get(`/a/${party}/personvern/krav?rett=restriction`);
    const wanted = form(page.body, '/personvern/krav');
    const gjelder = wanted.choices.gjelder.find(choose);
    if (!gjelder) throw new HttpProblem('something to restrict', page);
    await client.submit(page, wanted, { tekst: common, gjelder, grunn: 'contested' });
    const staff = this.staff.client;
    const claims = await staff.get('/etat/dat/krav');
    const asked = [...claims.body.matchAll(/\/etat\/dat\/krav\/([0-9a-f-]{36})"/g)].map(([, id]) => id).filter((id) => !this.claims.includes(id));
    const claim = await staff.get(`/etat/dat/krav/${asked[0]}`);
    const grant = form(claim.body, `/krav/${asked[0]}`);
    const done = await staff.submit(claim, grant, {}, { button: grant.buttons.find((one) => one.value === 'godta') });
    const found = forms(done.body).map((one) => /\/begrensning\/([0-9a-f-]{36})\/opphev$/.exec(one.action)?.[1]).filter(Boolean);
    if (found.length <= (this.restrictions ?? []).length) throw new HttpProblem('a restriction', done);
    this.restrictions = found;
    this.claims.push(asked[0]);
  }

  /** One form and one message of the victim's own. */
  async restrictSome() {
    const { own } = this.victim;
    for (const thing of [this.things.find((one) => one.state === 'sent' && one.party === own && one.app === original), this.messages.find((one) => one.party === own)]) {
      await this.restrict(own, (value) => value.endsWith(thing.id));
      thing.restricted = true;
    }
  }

  /** All that the agency has of the victim and of the firm. */
  async restrictAll() {
    for (const party of this.victim.parties) await this.restrict(party, (value) => value === 'all:dat');
    for (const thing of [...this.things, ...this.messages]) if (thing.of === 'victim' && thing.org === 'dat') thing.restricted = true;
    for (const thing of this.waiting) thing.restricted = true;  // to the firm
  }

  /** Lets another fill in one form for the firm, and gives the delegation's id. */
  async give(other, app) {
    const page = await this.victim.client.get(`/a/${this.firm}/tilgang`);
    const given = (body) => forms(body).map((one) => /\/tilgang\/([0-9a-f-]{36})\/trekk$/.exec(one.action)?.[1]).filter(Boolean);
    const done = await this.victim.client.submit(page, form(page.body, '/tilgang/gi'), { fnr: other.who.number, etternavn: surname(other.who), hva: `skjema:${app}`, bekreft: 'ja' });
    const id = given(done.body).find((one) => !given(page.body).includes(one));
    if (!id) throw new HttpProblem(`giving access to ${other.who.name}`, done);
    return id;
  }

  /** Something the victim got of another, of that one's own, and may give up. */
  async getsFrom(other) {
    const theirs = await this.person('giver', other.who);
    const page = await theirs.client.get(`/a/${theirs.own}/tilgang`);
    const { victim } = this;
    await theirs.client.submit(page, form(page.body, '/tilgang/gi'), { fnr: victim.who.number, etternavn: surname(victim.who), hva: `skjema:${original}`, bekreft: 'ja' });
    const mine = await victim.client.get(`/a/${victim.own}/tilgang`);
    return forms(mine.body).map((one) => /\/tilgang\/([0-9a-f-]{36})\/fraskriv$/.exec(one.action)?.[1]).find(Boolean);
  }

  /** Requests for access: what people ask the firm for, one of them blocked; and what the victim asks of another business. */
  async asksAndIsAsked(people) {
    const { client, own } = this.victim;
    const ask = async (by, address) => {
      const page = await by.get(address);
      return by.submit(page, form(page.body, '/tilgang/be'), {});
    };
    const firmsPage = async () => (await client.get(`/a/${this.firm}/tilgang`)).body;
    const received = (body) => [...new Set([...body.matchAll(/\/tilgang\/foresporsel\/([0-9a-f-]{36})/g)].map(([, id]) => id))];
    for (const who of people.slice(0, 6)) {
      const by = new Client(this.server.origin);
      await by.login(who.number);
      await ask(by, `/tilgang/be?part=${this.firm}&skjema=dat/avviksmelding`);
    }
    const [blocked] = received(await firmsPage());
    const page = await client.get(`/a/${this.firm}/tilgang/foresporsel/${blocked}`);
    await client.submit(page, form(page.body, '/sperr'), {});
    const body = await firmsPage();
    this.blocks = forms(body).map((one) => /\/sperret\/([0-9a-f-]{36})\/opphev$/.exec(one.action)?.[1]).filter(Boolean);
    const chair = new Client(this.server.origin);
    await chair.login('Myndig Mårhund');
    const theirs = [...(await chair.get('/aktor')).body.matchAll(/part=([0-9a-f-]{36})/g)].map(([, id]) => id);
    const looking = (id) => [original, 'dat/avviksmelding'].map((app) => `/tilgang/be?part=${id}&skjema=${app}`);
    for (const id of new Set(theirs)) {
      const [first, second] = looking(id);
      if (!forms((await client.get(first)).body).some((one) => one.action === '/tilgang/be' && one.method === 'post')) continue;
      await ask(client, first);
      this.looks = [second];
      break;
    }
    const mine = (await client.get(`/a/${own}/tilgang`)).body;
    const asked = forms(mine).map((one) => /\/be\/([0-9a-f-]{36})\/trekk$/.exec(one.action)?.[1]).filter(Boolean);
    this.requests = [...received(body), ...asked];
    if (!this.looks || asked.length === 0 || this.blocks.length === 0 || this.requests.length < 5) throw new Error('too few requests for access in the world');
  }

  /** A login of the firm itself, so that it has a certificate to end. */
  async logsInWithCertificate() {
    const { client } = this.victim;
    const number = await numberOf(client, firm);
    await logInWith(new Client(this.server.origin), testCertificate(this.server, number), { to: '/profil' });
    const page = await client.get(`/a/${this.firm}/tilgang/sertifikat`);
    this.certificates = forms(page.body).map((one) => /\/sertifikat\/([^/]+)\/avslutt$/.exec(one.action)?.[1]).filter(Boolean);
    if (this.certificates.length !== 1) throw new HttpProblem('the certificates of the firm', page);
  }

  /** Keys, suppliers and subscriptions of the agency, as its staff makes them: one subscription for each thing that is done with one. */
  async systems() {
    const { client } = this.staff;
    const add = async (what, values) => {
      const page = await client.get(`/etat/dat/grensesnitt/${what}`);
      const done = await client.submit(page, form(page.body, `/${what}`), values);
      if (done.status !== 200) throw new HttpProblem(`a new ${what}`, done);
      return done;
    };
    const listed = await add('nokkel', { navn: 'Etatens system', tilgang: ['altinn:serviceowner/instances.read'] });
    this.clients = forms(listed.body).map((one) => /\/nokkel\/([^/]+)\/avslutt$/.exec(one.action)?.[1]).filter(Boolean);
    this.firmNumber = await numberOf(this.victim.client, firm);
    const suppliers = await add('leverandor', { orgnr: this.firmNumber, tilgang: 'altinn:events.subscribe' });
    this.suppliers = [...suppliers.body.matchAll(/\/leverandor\/([^/"]+)\/trekk/g)].map(([, id]) => id);
    if (this.suppliers.length !== 1) throw new HttpProblem('the suppliers of the agency', suppliers);
    this.subscriptions = [];
    for (const name of ['a', 'b', 'c']) this.subscriptions.push(/\/abonnement\/(\d+)/.exec((await add('abonnement', { adresse: `https://${name}.etaten.example/` })).path)[1]);
    if (this.clients.length !== 1) throw new HttpProblem('the keys of the agency', listed);
  }

  /** An address of the firm's for notices, and one of the staff's, whose codes are in the demo's mail. */
  async addressesForNotices() {
    this.firmNumber = await numberOf(this.victim.client, firm);
    this.addresses = await this.addAddress(this.victim, `/a/${this.firm}/varsling`, firmAddress);
    this.staffAddresses = await this.addAddress(this.staff, '/etat/dat/varsling', staffAddress);
    this.mails = await this.mailTo(firmAddress);
  }

  async addAddress({ client }, path, address) {
    const page = await client.get(path);
    const done = await client.submit(page, form(page.body, '/varsling/ny'), { kontaktadresse: address });
    const added = forms(done.body).map((one) => /\/varsling\/([^/]+)\/kode$/.exec(one.action)?.[1]).filter(Boolean);
    if (added.length !== 1) throw new HttpProblem(`the addresses at ${path}`, done);
    await this.newCode(address, 0);
    return added;
  }

  /** The demo's mail to that address, the newest first, by id. */
  async mailTo(address) {
    const rows = (await this.nobody.client.get('/test/epost')).body.split('<tr').filter((row) => row.includes(address));
    return rows.map((row) => /\/test\/epost\/([^"?]+)/.exec(row)[1]);
  }

  /** A new code for the address that the form at this path proves. */
  async code(path) {
    const [who, address] = path.startsWith('/etat/') ? [this.staff, staffAddress] : [this.victim, firmAddress];
    const known = await this.mailTo(address);
    const page = await who.client.get(path.replace(/\/[^/]+\/kode$/, ''));
    const wanted = form(page.body, path.replace(/^.*(?=\/varsling)/, ''));
    await who.client.submit(page, wanted, {}, { button: wanted.buttons.find((one) => one.name === 'ny-kode') });
    return this.newCode(address, known.length);
  }

  /** That comes to it beside those that are there. */
  async newCode(address, known) {
    for (let tries = 0; tries < 100; tries += 1) {
      const all = await this.mailTo(address);
      if (all.length > known) return /\b\d{6}\b/.exec(words((await this.nobody.client.get(`/test/epost/${all[0]}`)).body.split('<pre')[1]))[0];
      await new Promise((resolve) => { setTimeout(resolve, 200); });
    }
    throw new Error('no code came by mail');
  }

  /** A draft with a file, filled in to its end. `adds`: the sent form that it adds to. */
  async draft(of, party, app, { adds = null } = {}) {
    const { client } = of;
    const thing = { of: of.name, party, app, org: app.split('/')[0], secret: secret(), state: 'draft', adds };
    let { id, page } = await client.start(party, app, { adds: adds?.id ?? '' });
    thing.id = id;
    const values = { 'sporsmal.tema': 'annet', 'sporsmal.emne': `${common} ${thing.secret}`, 'sporsmal.tekst': `${common} ${thing.secret}`, 'tag:vedlegg': 'brev',
                     'kontakt.navn': `Hulder ${thing.secret}`, 'kontakt.svar': 'innboks', 'mer.tekst': `${common} ${thing.secret}` };
    for (let count = 0; !/\/oversikt$/.test(page.path.split('?')[0]); count += 1) {
      if (page.status !== 200 || count > 9) throw new Error(`the form does not end: ${page.status} at ${page.path}: ${words(page.body).slice(0, 500)}`);
      const takes = form(page.body, '#form-page').files.includes('file:vedlegg');
      page = await client.fill(page, values, { files: takes ? [{ field: 'file:vedlegg', ...pdf(thing.secret) }] : [] });
    }
    thing.elements = [...new Set([...page.body.matchAll(/\/vedlegg\/([0-9a-f-]{36})/g)].map(([, one]) => one))];
    this.things.push(thing);
    return thing;
  }

  /** A form that was sent; with `addition` also one that adds to it, and a draft of another. */
  async sent(of, party, app, { addition = false, adds = null } = {}) {
    const thing = await this.draft(of, party, app, { adds });
    const receipt = await of.client.send(party, thing.id);
    thing.state = 'sent';
    thing.reference = /\bAR[0-9A-F]{12}\b/.exec(receipt.body)[0];
    thing.elements = [...new Set([...receipt.body.matchAll(/\/vedlegg\/([0-9a-f-]{36})/g)].map(([, one]) => one))];
    if (addition) {
      await this.sent(of, party, app, { adds: thing });
      await this.draft(of, party, app, { adds: thing });
    }
    return thing;
  }

  /** A sent form of the firm goes to Deleted, where it can be brought back from. */
  async deleted(thing) {
    const page = await this.victim.client.get(`/a/${thing.party}/sak/${thing.id}`);
    const done = await this.victim.client.submit(page, form(page.body, `/sak/${thing.id}/slett`), {});
    if (done.status !== 200) throw new HttpProblem(`deleting ${thing.id}`, done);
  }

  /** What the agency wrote: to the firm, one for each thing that is done with one; to the victim and to the stranger, of their own. */
  async letters() {
    this.messages = [];
    const number = await numberOf(this.victim.client, firm);
    for (let count = 0; count < 6; count += 1) await this.letter(this.victim, this.firm, number);
    await this.letter(this.victim, this.victim.own, this.victim.who.number);
    await this.letter(this.stranger, this.stranger.own, this.stranger.who.number);
    // One that waits for its time, which nobody but its sender sees.
    const waits = { of: 'staff', app: 'dat/brev', org: 'dat', secret: secret(), state: 'message', elements: [] };
    const later = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    waits.batch = await sendLetter(this.staff.client, { to: [number], title: `${common} ${waits.secret}`, text: waits.secret, more: { tilgjengelig: later } });
    this.waiting = [{ ...waits, id: waits.batch }];
    // The first is answered, with a file.
    const [first] = this.messages;
    const address = `/a/${first.party}/melding/${first.id}`;
    const page = await this.victim.client.get(`${address}/svar`);
    const done = await this.victim.client.submit(page, form(page.body, '/svar'), { tekst: `${common} ${first.secret}` }, { files: [{ ...pdf(first.secret), field: 'vedlegg' }] });
    first.answerFile = [...done.body.matchAll(/\/vedlegg\/([0-9a-f-]{36})/g)].map(([, id]) => id).find((id) => !first.elements.includes(id));
    if (!first.answerFile) throw new HttpProblem('an answer with a file', done);
  }

  async letter(of, party, number) {
    const thing = { of: of.name, party, app: 'dat/brev', org: 'dat', secret: secret(), state: 'message' };
    thing.batch = await sendLetter(this.staff.client, { to: [number], title: `${common} ${thing.secret}`, text: thing.secret, reply: 'message', confirm: true, files: [pdf(thing.secret)] });
    thing.id = await letterOf(of.client, party, thing.secret);
    const page = await openLetter(of.client, party, thing.id);
    thing.elements = [...new Set([...page.body.matchAll(/\/vedlegg\/([0-9a-f-]{36})/g)].map(([, id]) => id))];
    this.messages.push(thing);
  }

  async remove() {
    await this.server?.remove();
    rmSync(this.services, { recursive: true, force: true });
  }
}

export { original };
