// Many users at once, each with two tabs for two parties where they represent two, all asking for different things: each response
// must belong to who asked, and to the party of its address.
//
// Every party has words of its own ("merke-...") in its drafts, submissions and attachments. A response may hold the marks of the
// party in its address and no other, must name the person whose session asked and the party represented, and must not lead to
// another party's address. Pages without login hold nothing of anybody.
import { createHash, randomBytes } from 'node:crypto';
import { Client, form, filled, words } from '../lib/client.mjs';
import { Server, Postgres } from '../lib/server.mjs';
import { Random, options } from '../lib/random.mjs';

const chosen = options({ responses: 30_000, users: 40, engine: 'sqlite', seed: Date.now() % 1_000_000, origin: '' });
const app = 'dat/veiledning';
const uuidPattern = /\/a\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/g;
const sha256 = (octets) => createHash('sha256').update(octets).digest('hex');
const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

class Wrong extends Error {}
const random = new Random(chosen.seed);
const parties = new Map();     // uuid -> {uuid, name, mark, ...}
const sessions = new Set();    // values of session cookies: none may stand in a page
const counts = {};

function expect(condition, message, answer) {
  if (condition) return;
  throw new Wrong(`${message}\n  at ${answer.url} (${answer.status})\n  ${words(answer.body).slice(0, 600)}`);
}

/** What holds for every response. `party` is null for what belongs to no party. */
function checkAll(answer, user, party) {
  for (const [, mark] of answer.body.matchAll(/merke-([0-9a-f]{12})/g)) {
    expect(party && party.mark === mark, `a mark of another party (${mark}) is in the answer${party ? ` for ${party.name}` : ''}`, answer);
  }
  for (const [, uuid] of answer.body.matchAll(uuidPattern)) {
    // The profile leads to where each business that one represents is told of things.
    const represented = new URL(answer.url).pathname === '/profil' && user?.represents.has(uuid);
    expect(uuid === party?.uuid || uuid === user?.own || represented, `a link to another party (${uuid})`, answer);
  }
  for (const line of answer.headers['set-cookie'] ?? []) expect(!/alting-okt=[^;]/.test(line), 'a session cookie out of order', answer);
}

function checkPersonal(answer, user, party) {
  checkAll(answer, user, party);
  expect(/no-store/.test(answer.headers['cache-control'] ?? ''), 'a personal answer that may be kept by a cache', answer);
}

function checkPage(answer, user, party, { status = 200 } = {}) {
  expect(answer.status === status, `status ${answer.status}, not ${status}`, answer);
  checkPersonal(answer, user, party);
  expect(answer.body.includes(escape(user.name)), `the page does not name ${user.name}`, answer);
  if (party) expect(answer.body.includes(escape(party.name)), `the page does not name ${party.name}`, answer);
  for (const other of user.strangers) expect(!answer.body.includes(escape(other)), `the page names ${other}, who has nothing to do with it`, answer);
}

function smallPdf(mark) {
  return Buffer.from(`%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n%merke-${mark} ${randomBytes(300).toString('hex')}\ntrailer<</Root 1 0 R>>\n%%EOF\n`);
}

// ---- preparing: people, parties, a draft and something sent for each

async function findPeople(client) {
  const found = new Map();
  for (const search of ['', 'tapper', 'lystig', 'sindig', 'vennlig', 'lun', 'skarp', 'rask', 'stolt', 'solid', 'frisk', 'snill', 'artig', 'blid', 'ekte', 'raus', 'verdig', 'a', 'e', 'i', 'o', 'r', 's', 't']) {
    for (const person of await client.people(search)) found.set(person.number, person);
    if (found.size >= chosen.users * 3) break;
  }
  return [...found.values()];
}

async function logIn(origin, person) {
  const client = new Client(origin);
  try {
    await client.login(person.number);
  } catch {
    return null;  // some of the invented people may not log in: that is what they are for
  }
  const list = await client.parties();
  if (list.length === 0) return null;
  const profile = await client.get('/profil');
  const session = [...client.cookies()].find(([name]) => name.endsWith('alting-okt'));
  if (session) sessions.add(session[1]);
  const own = /\/a\/([0-9a-f-]{36})\/innboks/.exec(profile.body)?.[1];  // where the menu leads when no party is chosen
  return { client, name: person.name, own, represents: new Set(list.map((one) => one.uuid)), list: list.slice(0, 3), parties: [], strangers: [] };
}

async function prepare(user, one) {
  const { client } = user;
  let party = parties.get(one.uuid);
  const start = await client.get(`/a/${one.uuid}/skjema/${app}`);
  if (start.status !== 200 || !start.body.includes('/start"')) return;  // may see, may not fill in
  if (party) {
    user.parties.push(party);
    return;
  }
  party = { uuid: one.uuid, name: one.text, mark: sha256(`${chosen.seed} ${one.uuid}`).slice(0, 12), drafts: [] };
  parties.set(one.uuid, party);
  const make = async () => {
    const { id, page } = await client.start(party.uuid, app);
    const data = smallPdf(party.mark);
    const values = { 'sporsmal.tema': 'helse', 'sporsmal.emne': `Emne merke-${party.mark}`, 'sporsmal.tekst': `Tekst merke-${party.mark}`, 'tag:vedlegg': 'brev' };
    const next = await client.fill(page, values, { files: [{ field: 'file:vedlegg', name: `merke-${party.mark}.pdf`, type: 'application/pdf', data }] });
    if (next.status !== 200) throw new Wrong(`filling in answers ${next.status}: ${words(next.body).slice(0, 400)}`);
    await client.fill(next, { 'kontakt.navn': user.name, 'kontakt.svar': 'innboks' });
    return { id, digest: sha256(data) };
  };
  const sent = await make();
  const receipt = await client.send(party.uuid, sent.id);
  party.sent = { ...sent, attachment: /\/vedlegg\/([0-9a-f-]{36})/.exec(receipt.body)?.[1] };
  party.draft = await make();
  user.parties.push(party);
}

// ---- the things a tab asks for: [weight, name, function]

const folders = ['arbeid', 'sendt', 'arkiv'];
const languages = ['nb', 'nn', 'en'];
const kinds = [
  [10, 'inbox', async (user, party, client) => {
    const folder = random.pick(folders);
    const answer = await client.get(`/a/${party.uuid}/innboks?mappe=${folder}`);
    checkPage(answer, user, party);
  }],
  [6, 'inbox search', async (user, party, client) => {
    const other = random.pick([...parties.values()]);
    const answer = await client.get(`/a/${party.uuid}/innboks?mappe=sendt&q=${encodeURIComponent(random.chance(0.5) ? `merke-${party.mark}` : other.name.split(' ')[0])}`);
    checkPage({ ...answer, body: answer.body.replace(/<input\b[^>]*>/g, '') }, user, party);
  }],
  [10, 'draft page', async (user, party, client) => {
    const answer = await client.get(`/a/${party.uuid}/utkast/${party.draft.id}/side/Sporsmal`);
    checkPage(answer, user, party);
    expect(answer.body.includes(`merke-${party.mark}`), 'the draft lacks its own words', answer);
  }],
  [8, 'autosave', async (user, party, client) => {
    const page = await client.get(`/a/${party.uuid}/utkast/${party.draft.id}/side/Sporsmal`);
    checkPage(page, user, party);
    const fields = filled(form(page.body, '#form-page'), { 'sporsmal.tekst': `Tekst merke-${party.mark} nr. ${random.below(1e6)}` });
    const answer = await client.post(`/a/${party.uuid}/utkast/${party.draft.id}/side/Sporsmal/lagre`, fields, { follow: false });
    expect([200, 409].includes(answer.status), `saving answers ${answer.status}`, answer);  // 409: somebody else of the party saved at the same moment
    checkPersonal(answer, user, party);
  }],
  [5, 'overview', async (user, party, client) => {
    const answer = await client.get(`/a/${party.uuid}/utkast/${party.draft.id}/oversikt`);
    checkPage(answer, user, party);
    expect(answer.body.includes(`merke-${party.mark}`), 'the overview lacks its own words', answer);
  }],
  [5, 'sent matter', async (user, party, client) => {
    const answer = await client.get(`/a/${party.uuid}/sak/${party.sent.id}`);
    checkPage(answer, user, party);
    expect(answer.body.includes(`merke-${party.mark}`), 'the matter lacks its own words', answer);
  }],
  [5, 'receipt page', async (user, party, client) => checkPage(await client.get(`/a/${party.uuid}/sak/${party.sent.id}/kvittering`), user, party)],
  [8, 'receipt', async (user, party, client) => {
    const answer = await client.get(`/a/${party.uuid}/sak/${party.sent.id}/kvittering.json`);
    expect(answer.status === 200, `status ${answer.status}`, answer);
    checkPersonal(answer, user, party);
    expect(answer.body.includes(JSON.stringify(party.name)) || answer.body.includes(party.name), 'the receipt is not the party\'s', answer);
  }],
  [6, 'submitted document', async (user, party, client) => {
    const answer = await client.get(`/a/${party.uuid}/sak/${party.sent.id}/skjema.json`);
    expect(answer.status === 200 && JSON.parse(answer.body).instance === party.sent.id, 'another document', answer);
    checkPersonal(answer, user, party);
  }],
  [5, 'attachment', async (user, party, client) => {
    if (!party.sent.attachment) return;
    const answer = await client.get(`/a/${party.uuid}/sak/${party.sent.id}/vedlegg/${party.sent.attachment}`, { binary: true });
    expect(answer.status === 200 && sha256(answer.octets) === party.sent.digest, 'another attachment', { ...answer, body: '' });
  }],
  [1, 'receipt as PDF', async (user, party, client) => {
    const answer = await client.get(`/a/${party.uuid}/sak/${party.sent.id}/kvittering.pdf`);
    expect(answer.status === 200 && answer.body.startsWith('%PDF'), 'no PDF', { ...answer, body: '' });
    expect(/no-store/.test(answer.headers['cache-control'] ?? ''), 'a personal PDF that may be kept', { ...answer, body: '' });
  }],
  [5, 'start page', async (user, party, client) => checkPage(await client.get(`/a/${party.uuid}/skjema/${app}`), user, party)],
  [3, 'activity', async (user, party, client) => {
    const answer = await client.get(`/a/${party.uuid}/aktivitet`);
    expect(answer.status === 200 || answer.status === 403, `status ${answer.status}`, answer);
    checkPersonal(answer, user, party);
  }],
  [5, 'profile', async (user, party, client) => {
    const answer = await client.get('/profil');
    checkPage(answer, user, null);
  }],
  [3, 'whom to represent', async (user, party, client) => {
    const answer = await client.get('/aktor?til=/innboks');
    expect(answer.status === 200 && answer.body.includes(escape(user.name)), 'not this user\'s list', answer);
    expect(/no-store/.test(answer.headers['cache-control'] ?? ''), 'a personal answer that may be kept by a cache', answer);
    const listed = [...answer.body.matchAll(/part=([0-9a-f-]{36})/g)].map(([, uuid]) => uuid);
    for (const uuid of listed) expect(user.may.has(uuid), `a party this user may not represent (${uuid})`, answer);
  }],
  [4, 'another\'s draft', async (user, party, client) => {
    const other = random.pick([...parties.values()]);
    if (other === party) return;
    const answer = await client.get(`/a/${party.uuid}/utkast/${other.draft.id}/side/Sporsmal`, { follow: false });
    expect(answer.status === 404 || answer.status === 403, `another party's draft answers ${answer.status}`, answer);
    checkAll(answer, user, party);
  }],
  [4, 'another party', async (user, party, client) => {
    const other = random.pick([...parties.values()]);
    if (user.may.has(other.uuid)) return;
    const answer = await client.get(`/a/${other.uuid}/sak/${other.sent.id}/skjema.json`, { follow: false });
    expect(answer.status === 404 || answer.status === 403, `another party's document answers ${answer.status}`, answer);
    expect(!answer.body.includes('merke-'), 'another party\'s words in a refusal', answer);
  }],
  [4, 'without login', async (user, party) => {
    const stranger = new Client(user.client.origin, { language: random.pick(languages) });
    const answer = await stranger.get(random.pick(['/', '/skjema', `/skjema/${app}`, '/personvern', '/hjelp', '/status']));
    expect(answer.status === 200, `status ${answer.status}`, answer);
    checkAll(answer, null, null);
    expect(!answer.body.includes(escape(user.name)), 'somebody\'s name on an open page', answer);
    const closed = await stranger.get(`/a/${party.uuid}/innboks`, { follow: false });
    expect([302, 303].includes(closed.status) && closed.headers.location.startsWith('/logg-inn'), `without a session the inbox answers ${closed.status}`, closed);
  }],
  [2, 'not found', async (user, party, client) => {
    const answer = await client.get(`/a/${party.uuid}/finnes-ikke-${random.below(1e6)}`);
    expect(answer.status === 404, `status ${answer.status}`, answer);
    checkAll(answer, user, party);
  }],
];
const weights = kinds.reduce((sum, [weight]) => sum + weight, 0);
function pickKind() {
  let at = random.below(weights);
  for (const kind of kinds) if ((at -= kind[0]) < 0) return kind;
  return kinds[0];
}

async function tab(user, party, state) {
  while (!state.over && state.sum() < chosen.responses) {
    const [, name, ask] = pickKind();
    await ask(user, party, user.client);
    counts[name] = (counts[name] ?? 0) + 1;
  }
}

async function main() {
  const postgres = chosen.engine === 'postgresql' ? await Postgres.start() : null;
  const server = chosen.origin ? null : await Server.demo({ engine: chosen.engine, postgres });
  const origin = chosen.origin || server.origin;
  const state = { over: false };
  const users = [];
  state.sum = () => users.reduce((sum, user) => sum + user.client.requests, 0);
  try {
    for (const person of await findPeople(new Client(origin))) {
      if (users.length === chosen.users) break;
      const user = await logIn(origin, person);
      if (!user) continue;
      for (const one of user.list) await prepare(user, one);
      if (user.parties.length === 0) continue;
      const own = await user.client.parties();
      user.may = new Set(own.map((one) => one.uuid));
      users.push(user);
    }
    const two = users.filter((user) => user.parties.length > 1).length;
    if (users.length < 5 || two === 0) throw new Error(`too few to test with: ${users.length} users, ${two} with two parties`);
    for (const user of users) {
      const near = new Set(user.parties.flatMap((party) => users.filter((other) => other.parties.includes(party)).map((other) => other.name)));
      user.strangers = users.map((other) => other.name).filter((name) => !near.has(name) && name !== user.name && !user.name.includes(name)).slice(0, 15);
    }
    console.log(`${users.length} users, ${two} of them with tabs for two parties or more; ${parties.size} parties; seed ${chosen.seed}`);
    const began = Date.now();
    const first = state.sum();
    const telling = setInterval(() => console.log(`${state.sum()} responses, ${Math.round((1000 * (state.sum() - first)) / (Date.now() - began))} a second`), 20_000);
    try {
      // Two tabs for each of two parties, one for each other; the tabs of a user share one browser's cookies.
      await Promise.all(users.flatMap((user) => user.parties.flatMap((party) => [tab(user, party, state), ...(user.parties.length > 1 ? [] : [tab(user, party, state)])])));
    } finally {
      state.over = true;
      clearInterval(telling);
    }
    const seconds = (Date.now() - began) / 1000;
    console.log(`${state.sum()} responses in ${Math.round(seconds)} s (${Math.round((state.sum() - first) / seconds)} a second), each of them for who asked.`);
    console.log(Object.entries(counts).map(([name, count]) => `  ${name}: ${count}`).join('\n'));
    for (const [, name] of kinds) if (!counts[name]) throw new Error(`never asked for: ${name}`);
  } catch (error) {
    console.error(`After ${state.sum()} responses (seed ${chosen.seed}): ${error instanceof Wrong ? error.message : error.stack}`);
    if (server) console.error(`The server's last words:\n${server.lastLog()}`);
    process.exitCode = 1;
  } finally {
    if (server) await server.remove();
    if (postgres) await postgres.remove();
  }
}
await main();
process.exit(process.exitCode ?? 0);
