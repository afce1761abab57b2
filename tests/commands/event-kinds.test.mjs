// The kinds of log entries as data: what script/lib/event_kinds.py makes of the rooms' events.toml, and what it refuses.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { plant, scratch } from '../lib/house.mjs';
import { top } from '../lib/server.mjs';

const place = scratch();

// All runs of a list in one process: what each printed, and its status.
const driver = `
import contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
import event_kinds
answers = []
for words in json.load(sys.stdin):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = event_kinds.main(words)
    answers.append({"status": status, "out": said.getvalue()})
print(json.dumps(answers))`;
function runAll(runs) {
  return JSON.parse(execFileSync('python3', ['-c', driver, join(top, 'script/lib')], { input: JSON.stringify(runs), encoding: 'utf8' }));
}

const given = `[defaults]
whose = "the one who gets it"
controller = "operator"
purpose = "showing who got what"
legal_basis = "personvernforordningen art. 6 nr. 1 bokstav c"
source = "the giver"
recipients = "both"

[events."key.given"]
meaning = "A key was given."
retention = "lasting"
of_agency = false
[events."key.given".parameters]
door = { personal = false, meaning = "code of the door" }
holder = { personal = true, meaning = "who got it" }
register = { personal = false, meaning = "where it is \\"kept\\"" }
`;
const seen = `[events."door.seen"]
meaning = "An agency looked at a door."
retention = "passing"
of_agency = true
`;
const speaks = `entry_for(ledger::EventKind::key_given, permit, now);
entry.set(ledger::parameter::door, code);
entry.set(ledger::parameter::holder, name);
entry.set(
    ledger::parameter::register_, "A");
`;
const titles = (given, seen) => `[event.key]\ngiven = "${given}"\n[event.door]\nseen = "${seen}"\n`;

const list = `<!-- kinds -->
| kind | what happened | parameters |
| --- | --- | --- |
| \`door.seen\` | An agency looked at a door. |  |
| \`key.given\` | A key was given. | \`door\`: code of the door; \`register\`: where it is "kept"; *\`holder\`*: who got it |
<!-- /kinds -->`;

let houses = 0;
/** A house of two rooms with nothing wrong. */
class House {
  constructor() {
    this.top = join(place, String(houses += 1));
    this.write('src/rooms.txt', '# The rooms.\nledger\nkeys\nnotify\ndoors\nmain\n');
    this.write('src/keys/events.toml', given);
    this.write('src/doors/events.toml', seen);
    this.write('src/keys/give.cpp', speaks);
    this.write('src/doors/look.cpp', 'NewEntry entry{EventKind::door_seen, now};\n');
    this.write('texts/keys.nb.toml', titles('Nøkkel gitt', 'Etaten så på døra'));
    this.write('texts/keys.nn.toml', titles('Nøkkel gjeven', 'Etaten såg på døra'));
    this.write('texts/keys.en.toml', titles('Key given', 'The agency looked at the door'));
    this.write('docs/monitor.md', `Kinds:\n\n${list}\n\nThe end.\n`);
  }
  write(path, content) {
    plant(this.top, { [path]: content });
  }
  read(path) {
    return readFileSync(join(this.top, path), 'utf8');
  }
  change(path, from, to) {
    assert.ok(this.read(path).includes(from), from);
    this.write(path, this.read(path).replace(from, () => to));
    return this;
  }
  get check() { return [this.top]; }
  get make() { return [this.top, '--make', join(this.top, 'made')]; }
  get writeList() { return [this.top, '--write-list']; }
}

/** Each fault with the file it is in, what is changed there, and what is said of it. */
const refused = [
  ['src/keys/events.toml', 'retention = "lasting"\n', '', /keys\/events\.toml: key\.given: retention is one of lasting, passing/],
  ['src/keys/events.toml', 'retention = "lasting"', 'retention = "for ever"', /key\.given: retention is one of/],
  ['src/keys/events.toml', 'of_agency = false\n', '', /key\.given: says not whether it is an agency's act/],
  ['src/keys/events.toml', 'meaning = "A key was given."\n', '', /key\.given: does not say its meaning/],
  ['src/keys/events.toml', 'A key was given.', 'A key | was given.', /key\.given: does not say its meaning, in words on one line/],
  ['src/keys/events.toml', 'of_agency = false', 'of_agency = false\nofagency = true', /key\.given: unknown key 'ofagency'/],
  ['src/keys/events.toml', '[defaults]', 'kind = 1\n[defaults]', /keys\/events\.toml: unknown key 'kind'/],
  ['src/keys/events.toml', 'purpose =', 'retention = "1 year"\npurpose =', /defaults: unknown key 'retention'/],
  ['src/keys/events.toml', 'whose = "the one who gets it"\n', '', /parameter 'holder': personal, but does not say whose/],
  ['src/keys/events.toml', '"operator"', '"nobody"', /parameter 'holder': controller is one of operator, app\.org/],
  ['src/keys/events.toml', 'door = { personal = false, ', 'door = { ', /parameter 'door': says not whether it is personal/],
  ['src/keys/events.toml', ', meaning = "code of the door"', '', /parameter 'door': does not say its meaning/],
  ['src/keys/events.toml', 'door = { ', 'door = { secret = true, ', /parameter 'door': unknown key 'secret'/],
  ['src/keys/events.toml', 'door = {', 'a-door = {', /parameter 'a-door': is named in small letters/],
  ['src/keys/events.toml', 'door = {', 'house = {', /parameter 'holder': is not in the order of the names/],
  ['src/keys/events.toml', '"key.given"', '"given"', /events\.toml: given: a kind is named what\.happened/],
  ['src/rooms.txt', 'keys\n', '', /keys\/events\.toml: 'keys' is not a room/],
  ['src/keys/events.toml', 'lasting"', 'lasting', /keys\/events\.toml: .*line/],
  ['src/doors/events.toml', seen, seen + seen, /doors\/events\.toml: /],
  ['src/doors/events.toml', seen, seen + seen.replace('door.seen', 'door.opened'), /door\.opened: is not in the order of the names/],
  ['src/doors/events.toml', seen, seen + given.slice(given.indexOf('[events')), /key\.given: declared in src\/doors\/events\.toml and in src\/keys\/events\.toml/],
  ['src/doors/events.toml', seen, seen + seen.replace('door.seen', 'door_a.b') + seen.replace('door.seen', 'door.a_b'), /door\.a_b and door_a\.b: both would be EventKind::door_a_b/],
  ['src/doors/events.toml', seen, seen + '[events."door.seen".parameters]\nholder = { personal = false, meaning = "who" }\n', /parameter 'holder': personal in one kind, and not in another/],
  ['texts/keys.nn.toml', 'given = "Nøkkel gjeven"\n', '', /key\.given: no title in nn: 'event\.key\.given'/],
  ['texts/keys.en.toml', 'Key given', ' ', /key\.given: no title in en/],
  ['texts/keys.nb.toml', 'Nøkkel gitt', 'Nøkkel {number} gitt', /key\.given: no title in nb.* without \{places\}/],
  ['texts/keys.nb.toml', '[event.door]', 'lost = "Nøkkel mistet"\n[event.door]', /'event\.key\.lost' is the title of no kind/],
];
const refusedHouses = refused.map(([file, from, to]) => new House().change(file, from, to));
const refusals = runAll(refusedHouses.flatMap((house) => [house.make, house.check, house.writeList]));
refused.forEach(([, , , says], i) => {
  test(`what is wrong with a file is refused: ${says.source}`, () => {
    for (const { status, out } of refusals.slice(3 * i, 3 * i + 3)) {
      assert.equal(status, 1, out);
      assert.match(out, says);
    }
    assert.ok(!existsSync(join(refusedHouses[i].top, 'made')), 'something was made all the same');
  });
});

/** What is declared and nobody uses: the build fails, though the C++ could be made. */
const unused = [
  ['src/keys/give.cpp', 'entry.set(ledger::parameter::door, code);', '', /key\.given: parameter 'door': nobody sets it/],
  ['src/keys/give.cpp', 'entry.set(ledger::parameter::door', '// entry.set(ledger::parameter::door', /parameter 'door': nobody sets it/],
  ['src/keys/give.cpp', 'entry.set(ledger::parameter::door, code)', 'show(ledger::parameter::door)', /parameter 'door': nobody sets it/],
  ['src/keys/give.cpp', 'EventKind::key_given', 'EventKind::key_gives', /key\.given: nobody speaks it/],
  ['src/doors/look.cpp', 'NewEntry entry{EventKind::door_seen', 'if (kind == ledger::EventKind::door_seen', /door\.seen: nobody speaks it/],
  ['src/doors/look.cpp', 'NewEntry entry{EventKind::door_seen', 'if (EventKind::door_seen == kind', /door\.seen: nobody speaks it/],
  ['src/keys/give.cpp', 'entry.set(ledger::parameter::door, code)', 'entry.set(ledger::parameter::door, code);\nentry.parameters.set("lock", 1)', /give\.cpp: sets parameters of an entry by hand/],
  ['src/keys/give.cpp', 'entry.set(ledger::parameter::door, code)', 'entry.set(ledger::parameter::door, code);\nentry.personal = {{"name", n}}', /give\.cpp: sets parameters of an entry by hand/],
  ['src/keys/give.cpp', 'entry_for(', 'entry_for(EventKind::door_seen, permit, now), entry_for(', /give\.cpp: speaks EventKind::door_seen, which is declared in a room that it may not include: doors/],
  ['docs/monitor.md', 'A key was given.', 'A key was taken.', /docs\/monitor\.md: does not have the kinds of entries as they are: .*--write-list/],
];
const unusedHouses = unused.map(([file, from, to]) => new House().change(file, from, to));
const namings = runAll(unusedHouses.flatMap((house) => [house.check, house.make]));
unused.forEach(([, , to, says], i) => {
  test(`what nobody uses is named: ${says.source} (${to.split('\n').at(-1).slice(0, 40)})`, () => {
    const [checked, made] = namings.slice(2 * i, 2 * i + 2);
    assert.equal(checked.status, 1, checked.out);
    assert.match(checked.out, says);
    assert.equal(made.status, 0, made.out);
  });
});

test('tests, fuzz targets, doubles and benchmarks do not count as speaking', () => {
  const house = new House();
  for (const path of ['src/keys/give_test.cpp', 'src/keys/give_fuzz.cpp', 'src/keys/testing/give.cpp', 'src/keys/bench.cpp']) house.write(path, speaks);
  rmSync(join(house.top, 'src/keys/give.cpp'));
  assert.match(runAll([house.check])[0].out, /key\.given: nobody speaks it/);
});

test('what stands in a comment of any kind does not count, and a string with two strokes is no comment', () => {
  const house = new House();
  house.write('src/keys/give.cpp', `/* ${speaks} */`);
  assert.match(runAll([house.check])[0].out, /key\.given: nobody speaks it/);
  house.write('src/keys/give.cpp', `auto a = "https://x.example"; ${speaks}`.replaceAll('\n', ' '));
  assert.deepEqual(runAll([house.check]), [{ status: 0, out: '' }]);
});

test('a room may speak what is declared in one that it may include', () => {
  const house = new House();
  house.write('src/main/command.cpp', speaks);
  rmSync(join(house.top, 'src/keys/give.cpp'));
  assert.deepEqual(runAll([house.check]), [{ status: 0, out: '' }]);
});

test('enumeration, names, table and list hold the kinds of all rooms, in one order', () => {
  const house = new House().change('docs/monitor.md', list, '<!-- kinds -->\n<!-- /kinds -->');
  assert.deepEqual(runAll([house.writeList, house.check, house.make]), Array(3).fill({ status: 0, out: '' }));
  assert.match(house.read('made/event_kinds.h'), /enum class EventKind : std::uint8_t \{\n {2}door_seen,.*\n {2}key_given,.*\n\};/);
  const names = house.read('made/event_parameters.h');
  assert.match(names, /constexpr Parameter door\{"door"\};\n.*constexpr PersonalParameter holder\{"holder"\};\n.*constexpr Parameter register_\{"register"\};/);
  const table = house.read('made/event_table.cpp').replace(/\s+/g, ' ');
  assert.match(table, /parameters_of_key_given\{ EventParameter\{"door", "code of the door"\}, EventParameter\{"register", "where it is \\"kept\\""\}, \};/);
  assert.match(table, /personal_of_key_given\{ EventParameter\{"holder", "who got it"\}, \};/);
  assert.match(table, /EventKindInfo\{EventKind::door_seen, "door\.seen", "event\.door\.seen", "An agency looked at a door\.", \{\}, \{\}, Retention::passing, true, \{"Etaten så på døra", "Etaten såg på døra", "The agency looked at the door"\}\}/);
  assert.equal(house.read('docs/monitor.md'), `Kinds:\n\n${list}\n\nThe end.\n`);
});

test('a new title compiles the table and not those who name kinds', () => {
  const house = new House();
  runAll([house.make]);
  const made = ['event_kinds.h', 'event_parameters.h', 'event_table.cpp'].map((name) => join(house.top, 'made', name));
  const past = new Date(1_700_000_000_000);
  for (const path of made) utimesSync(path, past, past);
  house.change('texts/keys.en.toml', 'Key given', 'A key given');
  assert.equal(runAll([house.make])[0].status, 0);
  assert.deepEqual(made.map((path) => statSync(path).mtimeMs !== past.getTime()), [false, false, true]);
});

test('a room that says its first kind is found, and costs its own file and three texts', () => {
  const house = new House();
  house.write('src/notify/events.toml', '[events."notice.sent"]\nmeaning = "A notice was sent."\nretention = "passing"\nof_agency = false\n');
  house.write('src/notify/send.cpp', 'prepare(entry_for(EventKind::notice_sent, permit, at));\n');
  for (const language of ['nb', 'nn', 'en']) house.write(`texts/notify.${language}.toml`, '[event.notice]\nsent = "x"\n');
  assert.deepEqual(runAll([house.writeList, house.check, house.make]), Array(3).fill({ status: 0, out: '' }));
  assert.match(house.read('made/event_kinds.h'), /key_given,.*\n {2}notice_sent,/);
});

test('the kinds of this house are as they should be', () => {
  assert.deepEqual(runAll([[top]]), [{ status: 0, out: '' }]);
});
