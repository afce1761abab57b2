// What each asker may get from a route, derived from what the program says of the route (`alting routes`): whom it answers, and what its
// address names. Nothing here knows a single route but the short list of exceptions.

/** The lines of `alting routes`: "POST  party  /a/{party}/tilgang/gi". */
export function readRoutes(text) {
  return text.split('\n').filter(Boolean).map((line) => {
    const [, method, audience, pattern, rest] = /^(\S+)\s+(\S+)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
    if (!['everyone', 'anyone', 'person', 'party', 'agency', 'system'].includes(audience)) throw new Error(`"${line}": whom this route answers, the walk does not know: say in tests/hostile/routes_rules.mjs what each asker may get`);
    if (method !== 'GET' && method !== 'POST' && audience !== 'system') throw new Error(`"${line}": the walk asks by GET and POST alone: teach routes.test.mjs this method`);
    const parts = pattern.split('/').map((part) => (/^\{.*\}$/.test(part) ? '([^/]+)' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
    return { method, audience, pattern, token: rest !== 'without-token', name: `${method} ${pattern}`, places: [...pattern.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name),
             matches: new RegExp(`^${parts.join('/')}$`) };
  });
}

/** The route that a POST to this path reaches; the one with the fewest places, as in the router. */
export function routeOf(routes, method, path) {
  return routes.filter((one) => one.method === method && one.matches.test(path)).sort((a, b) => a.places.length - b.places.length)[0];
}

/**
 * Ways to fill the places of a pattern, as [{name: {value, ...}}]. What a place may be filled with:
 * `victim` is true for what is the victim's, `to` names the askers who may go there although it is. `thing` is the form it belongs to.
 */
export function fillings(route, world) {
  const apps = [...new Set(world.things.map((one) => one.app))].map((app) => app.split('/'));
  const known = {
    party: () => [...new Set([world.firm, world.victim.own, world.stranger.own])].map((value) => ({ value, victim: value !== world.stranger.own, party: value })),
    instance: () => world.things.map((thing) => ({ value: thing.id, victim: thing.of === 'victim', thing })),
    element: (filled) => {
      const [draft, sent] = ['draft', 'sent'].map((state) => world.things.find((one) => one.of === 'victim' && one.state === state));
      return [...new Set([filled.instance?.thing ?? sent, draft, sent])].map((thing) => ({ value: thing.elements[0], victim: thing.of === 'victim', thing }));
    },
    org: () => [...new Set(apps.map(([org]) => org))].map((value) => ({ value })),
    app: (filled) => apps.filter(([org]) => org === filled.org?.value).map(([, value]) => ({ value })),
    page: () => ['Sporsmal', 'Mer'].map((value) => ({ value })),
    request: () => world.requests.map((value) => ({ value, victim: true })),
    block: () => world.blocks.map((value) => ({ value, victim: true })),
    certificate: () => world.certificates.map((value) => ({ value, victim: true })),
    client: () => world.clients.map((value) => ({ value })),  // of an agency: its staff's
    message: () => world.messages.map((thing) => ({ value: thing.id, victim: thing.of === 'victim', thing })),
    batch: () => [...world.messages, ...world.waiting ?? []].map((thing) => ({ value: thing.batch, thing })),  // its sender's staff's
    file: (filled) => {
      // Of an answer, where the address names what its agency sent and to whom; else what came with the message.
      if (filled.batch && filled.message) return world.messages.filter((one) => one.answerFile).map((thing) => ({ value: thing.answerFile, thing }));
      const own = world.messages.filter((one) => one.elements.length);
      return [...new Set([filled.message?.thing ?? filled.batch?.thing ?? own[0], own[0]])].filter((one) => one.elements.length).map((thing) => ({ value: thing.elements[0], victim: thing.of === 'victim', thing }));
    },
    supplier: () => world.suppliers.map((value) => ({ value })),
    subscription: () => world.subscriptions.map((value) => ({ value })),
    // For notices: of the firm; or, below an agency, of one of its staff, for themself alone.
    address: (filled) => (filled.org ? world.staffAddresses.map((value) => ({ value, owner: 'staff' })) : world.addresses.map((value) => ({ value, victim: true }))),
    copy: () => world.copies.map((value) => ({ value, victim: true, of: world.victim.own })),
    erasure: () => world.erasures.map((value) => ({ value, victim: true, of: world.victim.own })),
    claim: () => world.claims.map((value) => ({ value, victim: true })),
    restriction: () => (world.restrictions ?? []).map((value) => ({ value })),  // of an agency: its staff's
    mail: () => world.mails.map((value) => ({ value })),  // of the demo, for everyone
    delegation: () => world.delegations.map((value, index) => ({ value, victim: true, to: index === 0 ? ['lesser'] : [] })),
    reference: () => world.references.map((value) => ({ value, victim: true })),
    code: () => [{ value: 'nb' }],
    'path*': () => ['checkpoint', 'vkey', 'vkeys.json', 'tile/0/000', 'tile/entries/000', '1/checkpoint'].map((value) => ({ value })),
  };
  let all = [{}];
  for (const name of route.places) {
    if (!known[name]) throw new Error(`${route.name}: the walk does not know what stands at {${name}}: say in fillings() of tests/hostile/routes_rules.mjs which ones are the victim's, and make one in tests/hostile/routes_world.mjs`);
    all = all.flatMap((filled) => known[name](filled).map((one) => ({ ...filled, [name]: one })));
  }
  return all;
}

export const pathOf = (route, filled) => route.pattern.replace(/\{([^}]+)\}/g, (_, name) => filled[name].value);

/** All parts of an address belong together: the form is that party's, the file that form's, the form that agency's. */
function agrees(filled) {
  const { party, instance, element, org, message, batch, file } = filled;
  if (instance && party && instance.thing.party !== party.value) return false;
  if (instance && element && element.thing !== instance.thing) return false;
  if (message && party && message.thing.party !== party.value) return false;
  if (party && [filled.copy, filled.erasure].some((one) => one && one.of !== party.value)) return false;
  if (batch && [message, file].some((one) => one && one.thing !== batch.thing)) return false;
  if (message && file && file.thing !== message.thing) return false;
  if (batch && org && batch.thing.org !== org.value) return false;
  return !(instance && org && instance.thing.org !== org.value);
}

/** What the staff of `orgs` may read: what was sent to their agency, where the form's policy lets them, and what their agency wrote. */
const mayRead = (thing, asker) => (thing.state === 'message' ? (asker.orgs ?? []).includes(thing.org) : thing.state === 'sent' && (asker.reads ?? []).includes(thing.app));
/** What is restricted they may not read; the page to open it all the same is there for them. */
export const isReadable = (thing, asker) => !thing.restricted && mayRead(thing, asker);
const opensRestricted = (route) => route.pattern.endsWith('/begrenset');

/**
 * What this asker must be answered: "login" (who are you), "refused" (403, 404), "found" (200, or led on to what is), or "any" (their own business, or
 * everyone's).
 */
export function expected(route, asker, filled) {
  if (route.audience === 'everyone' || route.audience === 'anyone') return 'any';
  if (asker.name === 'nobody') return 'login';
  const places = Object.values(filled);
  if (route.audience === 'agency') {
    if (!asker.orgs?.includes(filled.org?.value)) return 'refused';
    if (!agrees(filled) || places.some((one) => one.owner && one.owner !== asker.name)) return 'refused';
    return places.every((one) => !one.thing || (opensRestricted(route) ? mayRead : isReadable)(one.thing, asker)) ? 'found' : 'refused';
  }
  if (route.audience === 'party' && !asker.parties.includes(filled.party?.value)) return 'refused';
  if (!agrees(filled)) return 'refused';
  const foreign = places.some((one) => one.victim && asker.name !== 'victim' && !one.to?.includes(asker.name) && !(one.party && asker.parties.includes(one.party)));
  return foreign || (asker.name === 'victim' && places.some((one) => one.thing && one.thing.of !== 'victim')) ? 'refused' : 'any';
}

/** The words that may stand in no answer of this route to this asker; `asked` are ids that they named themselves. */
export function forbidden(route, asker, filled, world, asked = Object.values(filled).map((one) => one.value)) {
  const readable = (one) => route.audience === 'agency' && isReadable(one, asker);
  const hidden = [...world.things, ...world.messages ?? [], ...world.waiting ?? []].filter((one) => one.of !== asker.name && !readable(one));
  // A request says which form or message it is about, to who must judge it; what is in it is as hidden as ever.
  const isNamed = (one) => one.restricted && route.audience === 'agency' && route.pattern.startsWith('/etat/{org}/krav');
  const wordsOf = [...hidden.map((one) => one.secret), ...hidden.flatMap((one) => [...(isNamed(one) ? [] : [one.id]), ...one.elements, ...(one.reference ? [one.reference] : [])]).filter((one) => !asked.includes(one))];
  const sessions = Object.values(world.askers).filter((one) => one.name !== asker.name).flatMap((one) => one.secrets);
  // Who may not act for a business is told its name and who holds a role there, as Enhetsregisteret tells everyone, to ask them for access.
  // Of a private person nothing is told, nor anything to who is not logged in.
  const ofRegister = asker.name !== 'nobody' && filled.party?.value !== world.victim.own ? world.registered ?? [] : [];
  const inDemoAlone = route.pattern.startsWith('/test/');  // the mail that would have left, for everyone to look at
  const names = !inDemoAlone && ['nobody', 'stranger', 'business'].includes(asker.name) ? world.names.filter((one) => !ofRegister.includes(one)) : [];
  return [...wordsOf, ...sessions, ...names];
}

/** What is wrong with an answer: [] when it is as it may be. */
export function faults(route, answer, wanted, secrets) {
  const wrong = [];
  const { status, headers } = answer;
  const toLogin = status === 303 && /^\/logg-inn\b/.test(headers.location ?? '');
  if (status >= 500) wrong.push(`status ${status}`);
  else if (wanted === 'login' && !toLogin && status !== 401 && status !== 403) wrong.push(`status ${status}, and not the login`);
  else if (wanted === 'refused' && status !== 403 && status !== 404) wrong.push(`status ${status}, and not a refusal`);
  else if (wanted === 'found' && status !== 200 && (status !== 303 || toLogin)) wrong.push(`status ${status}, and not what may be read`);
  const whole = `${JSON.stringify(headers)}\n${answer.octets.toString('latin1')}`;
  const told = secrets.filter((word) => whole.includes(Buffer.from(word).toString('latin1')));
  if (told.length) wrong.push(`${told.join(', ')} in the answer`);
  if (route.audience === 'everyone' ? headers['set-cookie'] : !/\bno-store\b/.test(headers['cache-control'] ?? '')) wrong.push('what caches may keep');
  return wrong;
}
