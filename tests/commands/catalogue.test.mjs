// The catalogue of personal data is what export, erasure and retention run on: the check of every build refuses what names something that is not, and what says less than is needed.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { checker } from '../lib/house.mjs';

const migration = `CREATE TABLE letter (party_id BIGINT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, title TEXT, size BIGINT NOT NULL,
  key_id TEXT NOT NULL, blob_name TEXT, read_at BIGINT, PRIMARY KEY (party_id, id));
CREATE INDEX letter_by_file ON letter (blob_name);
CREATE INDEX letter_by_age ON letter (read_at);
CREATE TABLE stamp (party_id BIGINT NOT NULL, id TEXT NOT NULL, picture TEXT, PRIMARY KEY (party_id, id));
CREATE TABLE visit (who BIGINT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX visit_by_age ON visit (at);
CREATE TABLE post_box (number BIGINT NOT NULL PRIMARY KEY);`;

const words = `whose = "the party"
controller = "operator"
purpose = "sending letters"
legal_basis = "personvernforordningen art. 6 nr. 1 bokstav e; postloven § 1"
source = "the sender"
retention = "as long as the party keeps it"
erasure = "the row is deleted"
recipients = "none"`;
const letter = {
  says: `subject = [{ column = "party_id", kind = "party" }]
rule = "office.letter"
acts = "use"`,
  erase: 'erase = [{ row = true, key = "key_id", holder = "party:{party_id}", when = { state = "draft" } }, { empty = ["title"] }]',
  keys: 'key_id = { personal = false, names = "key" }\nblob_name = { personal = false, names = "blob" }',
};
const stamp = { says: 'subject = [{ column = "party_id", kind = "party" }]\nrule = "office.letter"\nacts = "use"', erase: 'erase = { with = "letter", on = ["party_id", "id"] }' };
const visit = { says: 'subject = [{ column = "who", kind = "person" }]\nrule = "office.visit"\nacts = "rows"\njob = "forget_visits"\nerase = "row"', retention: '"2 hours"' };
const catalogue = ({ ofLetter = letter, ofStamp = stamp, ofVisit = visit, more = '' } = {}) => `[defaults]
${words}
[tables.letter]
meaning = "Letters."
${ofLetter.says}
${ofLetter.erase}
[tables.letter.columns]
party_id = { personal = true }
id = { personal = false }
state = { personal = false }
title = { personal = true }
size = { personal = false }
${ofLetter.keys}
read_at = { personal = false }
[tables.stamp]
meaning = "Stamps."
${ofStamp.says}
${ofStamp.erase}
[tables.stamp.columns]
party_id = { personal = true }
id = { personal = false }
picture = { personal = true }
[tables.visit]
meaning = "Who was there."
${ofVisit.says}
[tables.visit.columns]
who = { personal = true, retention = ${ofVisit.retention} }
at = { personal = false }
[tables.post_box]
meaning = "Boxes."
[tables.post_box.columns]
number = { personal = false }
${more}`;
const version = (more = '') => `from = 2026-01-01\nlaw = "personvernforordningen art. 5 nr. 1 bokstav e"\nwhy = "it is enough"\n${more}`;
const retention = ({ ofLetter = 'ends_when = "the party deletes it"', ofVisit = 'counts_from = "at"', versions = `[[rules."office.visit".versions]]\n${version('period = "2 hours"')}`, more = '' } = {}) =>
  `[rules."office.letter"]
meaning = "Letters."
${ofLetter}
[[rules."office.letter".versions]]
${version()}
[rules."office.visit"]
meaning = "Visits."
${ofVisit}
${versions}
${more}`;

const checkFiles = checker('catalogue_complete.py', {
  'src/rooms.txt': 'office\n',
  'src/office/migrations/0001_office.sql': migration,
  'src/store/catalogue.toml': '',
});
/** What is said of a house of one room. */
const check = (catalogueOf = {}, retentionOf = {}, files = {}) =>
  checkFiles({ 'src/office/catalogue.toml': catalogue(catalogueOf), 'src/office/retention.toml': retention(retentionOf), ...files });
function refuses(lines, ...expected) {
  for (const one of expected) assert.ok(lines.some((line) => one.test(line)), `${one} is not among\n${lines.join('\n')}`);
}
const saysOf = (says) => ({ ofLetter: { ...letter, says } });
const eraseOf = (erase) => ({ ofLetter: { ...letter, erase } });
const keysOf = (keys) => ({ ofLetter: { ...letter, keys } });
const visitOf = (says) => ({ ofVisit: { ...visit, says } });
const rule = 'rule = "office.letter"\nacts = "use"';

test('a catalogue that says all of it is taken', () => {
  assert.deepEqual(check(), []);
});

test('a table with personal columns says whose its rows are, or why nobody can be found by them', () => {
  refuses(check(saysOf(rule)), /letter: .*says whose its rows are/);
  assert.deepEqual(check(saysOf(`unreachable = "the letters have no names"\n${rule}`)), []);
  refuses(check(saysOf(`unreachable = ""\n${rule}`)), /does not say why nobody/);
  refuses(check(saysOf(`unreachable = "so"\n${letter.says}`)), /says whose its rows are/);
});

test('a subject is a column that there is, of a kind that there is', () => {
  const subject = (inside) => saysOf(`subject = [${inside}]\n${rule}`);
  refuses(check(subject('{ column = "owner", kind = "party" }')), /letter has no column owner/);
  refuses(check(subject('{ column = "party_id", kind = "citizen" }')), /kind is one of party, person, actor, organisation/);
  refuses(check(subject('{ column = "party_id", kind = "party", as = "name" }')), /as is one of party_id/);
  refuses(check(subject('{ column = "who", in = "guest", by = "id", kind = "party" }')), /there is no table guest/);
  refuses(check(subject('{ column = "who", in = "visit", by = "id", kind = "party" }')), /id is not a column of both letter and visit/);
  refuses(check(subject('{ column = "party_id", by = "id", kind = "party" }')), /by joins another table/);
  refuses(check(subject('{ column = "party_id", kind = "party", since = 1 }')), /unknown in subject: since/);
  assert.deepEqual(check(subject('{ column = "party_id", in = "stamp", by = "id", kind = "party" }')), []);
});

test('it says which rule ends the rows, and who carries it out', () => {
  const subject = 'subject = [{ column = "party_id", kind = "party" }]';
  refuses(check(saysOf(subject)), /does not say which rule ends it/);
  refuses(check(saysOf(`${subject}\nrule = "office.post"\nacts = "use"`)), /there is no rule office.post/);
  refuses(check(saysOf(`${subject}\nrule = "office.letter"\nacts = "perhaps"`)), /acts is one of rows, room, use, kept/);
  refuses(check(saysOf(`${subject}\nrule = "office.letter"\nacts = "room"`)), /wants the code of a job/);
  refuses(check(saysOf(`${subject}\nrule = "office.letter"\nacts = "use"\njob = "end_letters"`)), /acts = "use" has no job/);
  refuses(check(saysOf(`${subject}\nrule = "office.letter"\nacts = "room"\njob = "End Letters"`)), /code of a job is small letters/);
  refuses(check(saysOf(`${subject}\nrules = [{ rule = "office.letter", acts = "use", since = 1 }]`)), /unknown in rules: since/);
  refuses(check({}, { more: `[rules."office.idle"]\nmeaning = "Nothing."\nends_when = "never"\n[[rules."office.idle".versions]]\n${version()}` }), /rule office.idle: nothing is kept by it/);
});

test('rows that a job deletes have a rule that counts, an index to find them by, and nothing that hangs on them', () => {
  const counts = 'rule = "office.visit"\nacts = "rows"';
  const subject = 'subject = [{ column = "party_id", kind = "party" }]';
  refuses(check(saysOf(`${subject}\nrule = "office.letter"\nacts = "rows"\njob = "end_letters"`)), /counts from a column only/, /a job deletes whole rows/);
  refuses(check({ ofLetter: { ...letter, says: `${subject}\n${counts}\njob = "end_letters"`, erase: 'erase = "row"' } }), /counts from at, which is no column of it/);
  refuses(check({ ofLetter: { ...letter, says: `${subject}\n${counts}\njob = "forget_visits"`, erase: 'erase = "row"' } }, { ofVisit: 'counts_from = "size"' }),
    /no index begins with size/, /the job forget_visits ends the rows of letter/);
  const whole = /visit: a job deletes whole rows \(erase = "row"\)/;
  const eraseVisit = (erase) => check(visitOf(visit.says.replace('erase = "row"', erase)));
  for (const erase of ['{ empty = ["who"] }', '["row", { empty = ["who"] }]', '["row", { row = true, when = { name = "x" } }]', '[{ row = false }]', '[]']) {
    refuses(eraseVisit(`erase = ${erase}`), whole);
  }
  assert.deepEqual(eraseVisit('erase = ["row"]'), []);
  // What goes with the rows of another table would stay behind.
  refuses(check({ ofStamp: { ...stamp, erase: 'erase = { with = "visit", on = ["who"] }' } }), /visit: the rows of stamp go with these/);
  refuses(check(visitOf('subject = [{ column = "who", kind = "person" }]\nrule = "office.letter"\nacts = "use"\nerase = "row"')), /rule office.visit: nothing is kept by it/);
});

test('a rule is dated, has a law and a reason, and one beginning', () => {
  const versions = (inside) => ({ versions: `[[rules."office.visit".versions]]\n${inside}` });
  const full = { from: 'from = 2026-01-01', law: 'law = "art. 5"', why: 'why = "enough"', period: 'period = "2 hours"' };
  const without = (word) => Object.entries(full).filter(([name]) => name !== word).map(([, text]) => text).join('\n');
  refuses(check({}, versions(without('from'))), /from which day it is in force/);
  refuses(check({}, versions(without('law'))), /a version does not say law/);
  refuses(check({}, versions(without('why'))), /a version does not say why/);
  refuses(check({}, versions(without('period'))), /does not say its period/);
  refuses(check({}, versions(`${without('period')}\nperiod = "as long as needed"`)), /does not say its period/);
  refuses(check({}, versions(`${Object.values(full).join('\n')}\nuntil = 1`)), /unknown in a version: until/);
  const two = (day) => versions(`${Object.values(full).join('\n')}\n[[rules."office.visit".versions]]\nfrom = ${day}\n${without('from')}`);
  assert.deepEqual(check({}, two('2026-06-01')), []);
  refuses(check({}, two('2025-06-01')), /not in the order of their days/);
  refuses(check({}, { versions: '' }), /has no dated version/);
  refuses(check({}, { ofVisit: '' }), /says one of counts_from, starts and ends_when/);
  refuses(check({}, { ofVisit: 'counts_from = "at"\nends_when = "never"' }), /says one of counts_from, starts and ends_when/);
  refuses(check({}, { ofVisit: 'ends_when = "never"' }), /what people end has no period/);
  refuses(check({}, { ofVisit: 'counts_from = "at"\ncounts_in = "weeks"' }), /counts_in is microseconds or hours/);
  refuses(check({}, { more: `[rules."home.idle"]\nmeaning = "Nothing."\nends_when = "never"\n[[rules."home.idle".versions]]\n${version()}` }), /rules of this room begin with "office."/);
});

test('what erasing does names columns, tables and keys that there are, and ends somewhere', () => {
  refuses(check(eraseOf('')), /does not say what erasing does/);
  refuses(check(eraseOf('erase = { empty = ["subject"] }')), /empty names subject, which is no column/);
  refuses(check(eraseOf('erase = { empty = ["id"] }')), /id is part of the key and cannot be emptied/);
  refuses(check(eraseOf('erase = { empty = ["size"] }')), /size is a number that must be there/);
  refuses(check(eraseOf('erase = { key = "title", holder = "party:{party_id}" }')), /title is no column of it that names a key/);
  refuses(check(eraseOf('erase = { key = "key_id" }')), /for which holder/);
  refuses(check(eraseOf('erase = { row = true, holder = "agency" }')), /a holder without a key/);
  refuses(check(eraseOf('erase = { key = "key_id", holder = "party:{owner}" }')), /the holder names owner/);
  refuses(check(eraseOf('erase = { row = true, when = { mood = "good" } }')), /when names mood/);
  for (const many of ['{ state = "draft", id = "1" }', '{}', '"draft"', '["state"]', '{ state = ["draft", "sent"] }', '{ size = 3 }']) {
    refuses(check(eraseOf(`erase = { row = true, when = ${many} }`)), /letter: erase: when is one column and the text it holds/);
  }
  refuses(check(eraseOf('erase = { row = true, when = { size = "3" } }')), /letter: erase: when names size, which holds no text/);
  refuses(check(eraseOf('erase = { row = true, through = "hands" }')), /through is one of/);
  refuses(check(eraseOf('erase = { kept = "" }')), /kept says why/);
  refuses(check(eraseOf('erase = { when = { state = "draft" } }')), /erase says row, empty, key, with or kept/);
  refuses(check(eraseOf('erase = { row = true, soon = true }')), /unknown in erase: soon/);
  const stampOf = (erase) => ({ ofStamp: { ...stamp, erase } });
  refuses(check(stampOf('erase = { with = "envelope", on = ["id"] }')), /there is no table envelope/);
  refuses(check(stampOf('erase = { with = "letter", on = ["picture"] }')), /on names columns that stamp and letter both have/);
  refuses(check(stampOf('erase = { with = "letter" }')), /on names columns/);
  refuses(check({ ...eraseOf('erase = { with = "stamp", on = ["id"] }') }), /goes with stamp, which goes with it|goes with letter, which goes with it/);
  refuses(check({ ...eraseOf('erase = { kept = "for ever" }') }), /goes with letter, which nothing erases/);
});

test('a column that looks as if it named a key or a file says whether it does', () => {
  refuses(check(keysOf('key_id = { personal = false }\nblob_name = { personal = false }')), /key_id: looks as if it named a key/, /blob_name: looks as if it named a blob/);
  refuses(check(keysOf('key_id = { personal = false, names = "door" }\nblob_name = { personal = false, names = "blob" }')), /names is one of key, blob, nothing/);
  refuses(check({}, {}, { 'src/office/migrations/0001_office.sql': migration.replace('CREATE INDEX letter_by_file ON letter (blob_name);\n', '') }), /a column that names files is text, and an index begins with it/);
  refuses(check({}, {}, { 'src/office/migrations/0001_office.sql': migration.replace('key_id TEXT', 'key_id BIGINT') }), /a number names neither key nor file/);
  assert.deepEqual(check({ ofLetter: { ...letter, keys: letter.keys.replace('"key"', '"nothing"'), erase: 'erase = "row"' } }), []);
});

test('the sentence for people names the time of the rule, and no job that there is not', () => {
  refuses(check({ ofVisit: { ...visit, retention: '"a day"' } }), /the rule office.visit says 2 hours, and the sentence on retention does not/);
  assert.deepEqual(check({ ofVisit: { ...visit, retention: '"two hours, then the job forget_visits deletes it"' } }), []);
  refuses(check({ ofVisit: { ...visit, retention: '"two hours, then the job end_visits deletes it"' } }), /speaks of the job end_visits, which no rule is carried out by/);
});

test('a document says where it stands, or for itself what a table would say', () => {
  const document = (inside) => ({ more: `[documents.parcel]\nmeaning = "Parcels."\n${inside}\n[documents.parcel.fields]\npersonal = true\n` });
  assert.deepEqual(check(document('stands_in = ["letter"]')), []);
  refuses(check(document('stands_in = ["envelope"]')), /stands_in: there is no table envelope/);
  refuses(check(document('')), /says whose it is/, /which rule ends it/, /what erasing does/);
  assert.deepEqual(check(document('subject = [{ kind = "party", as = "holder" }]\nrule = "office.letter"\nacts = "kept"\nerase = { kept = "ids only" }')), []);
  refuses(check(document('subject = [{ kind = "party" }]\nrule = "office.letter"\nacts = "rows"\nerase = { kept = "ids only" }')), /no job knows documents that are in no table/);
});

test('an app folder says it of its documents, with rules of its own', () => {
  const folder = (inside, rules) => ({
    'services/dat/prove/config/catalogue.toml': `[documents.prove]\nmeaning = "Answers."\n${inside}\n[documents.prove.defaults]\nretention = "10 years after the case is closed"\n[documents.prove.fields]\n"navn" = { personal = true }\n"type" = { personal = false }\n`,
    'services/dat/prove/config/retention.toml': rules ?? `[rules."prove.agency"]\nmeaning = "The agency's copy."\nstarts = "when the case is closed"\n[[rules."prove.agency".versions]]\n${version('period = "10 years"')}`,
  });
  const all = 'stands_in = ["letter"]\nsubject = [{ kind = "party" }, { kind = "person", field = "navn" }]\nrules = [{ rule = "prove.agency", acts = "purge" }]\nerase = [{ with = "letter" }]';
  assert.deepEqual(check({}, {}, folder(all)), []);
  refuses(check({}, {}, folder('')), /does not say in which tables it stands/, /says whose it is/, /which rule ends it/, /what erasing does/);
  refuses(check({}, {}, folder(all.replace('"navn"', '"type"'))), /type is no personal field of it/);
  refuses(check({}, {}, folder(all.replace('purge', 'rows'))), /acts is one of purge, room, use, kept/);
  const byPeople = folder(all)['services/dat/prove/config/retention.toml'].replace('starts =', 'ends_when =').replace(/period = .*/, '');
  refuses(check({}, {}, folder(all, byPeople)), /what is purged has a rule with a period/);
  refuses(check({}, {}, folder(all.replace('prove.agency', 'prove.sender'))), /there is no rule prove.sender/, /rule prove.agency: nothing is kept by it/);
  refuses(check({}, {}, folder(all.replace('{ with = "letter" }', '{ with = "stamp" }'))), /which table of stands_in it goes with/);
  const five = folder(all)['services/dat/prove/config/retention.toml'].replace('10 years', '5 years');
  refuses(check({}, {}, folder(all, five)), /says 5 years, and the sentence on retention does not/);
  const model = (length) => ({ ...folder(all), 'services/dat/prove/models/prove.schema.json': JSON.stringify({ properties: { type: { type: 'string', maxLength: length } } }) });
  refuses(check({}, {}, model(400)), /type is a text that one is free to write/);
  assert.deepEqual(check({}, {}, model(60)), []);
});

test('a cookie lives as long as its rule says, in the code too', () => {
  const files = (lifetime) => ({
    'src/rooms.txt': 'office\nweb\n',
    'src/web/cookies.cpp': `{CookieKind::choice, "alting-valg", "cookie.choice.purpose", "cookie.one_year", false,\n     ${lifetime}},`,
    'src/web/catalogue.toml': `[defaults]\n${words}\n[cookies.alting-valg]\nrule = "web.choice"\nvalue = { personal = true }\n`,
    'src/web/retention.toml': `[rules."web.choice"]\nmeaning = "Choices."\nstarts = "when it is set"\n[[rules."web.choice".versions]]\n${version('period = "30 days"')}`,
  });
  assert.deepEqual(check({}, {}, files('base::Duration::days(30)')), []);
  refuses(check({}, {}, files('base::Duration::days(31)')), /give it different lifetimes/);
  refuses(check({}, {}, files('std::nullopt')), /give it different lifetimes/);
  refuses(check({}, {}, { ...files('std::nullopt'), 'src/web/catalogue.toml': `[defaults]\n${words}\n[cookies.alting-valg]\nvalue = { personal = true }\n` }), /there is no rule undefined|there is no rule None/);
});

test('how long a kind of log entry is kept has a rule', () => {
  const events = (kept) => ({ 'src/office/events.toml': `[events."letter.sent"]\nmeaning = "Sent."\nretention = "${kept}"\n` });
  refuses(check({}, {}, events('lasting')), /letter.sent: there is no rule ledger.lasting/);
});

test('a task in the public interest has the law that gives it, and a doubt says what is to be looked up', () => {
  const says = (line) => check({ ofLetter: { ...letter, says: `${letter.says}\n[tables.letter.defaults]\n${line}`, erase: '' } });
  const basis = (text) => says(`legal_basis = "${text}"`);
  refuses(basis('personvernforordningen art. 6 nr. 1 bokstav e'), /with art. 6 no. 1 e goes the national provision/);
  refuses(basis('personvernforordningen art. 6 nr. 1 bokstav c og e'), /with art. 6 no. 1 e goes the national provision/);
  refuses(basis('personvernforordningen art. 5 nr. 1 bokstav e'), /names no letter of art. 6 no. 1/);
  refuses(says('to_confirm = ""'), /to_confirm says what is to be looked up/);
  const good = (line) => says(line).filter((fault) => /legal_basis|to_confirm/.test(fault));
  assert.deepEqual(good('legal_basis = "personvernforordningen art. 6 nr. 1 bokstav c, jf. art. 17"'), []);
  assert.deepEqual(good('legal_basis = "as the catalogue of the app says"\nto_confirm = "postloven § 1: its text"'), []);
});

test('another holder has a copy of their own, of which they are controller', () => {
  const copies = (inside) => check({ more: `[tables.letter.copies.agency]\n${inside}` });
  assert.deepEqual(copies('controller = "app.org"\nlegal_basis = "as the catalogue of the app says"'), []);
  refuses(copies('purpose = "reading"'), /the copy of agency has the table's own controller/);
  refuses(copies('controller = "somebody"'), /controller is one of operator, app.org/);
  refuses(check({ more: '[tables.letter.copies.friend]\ncontroller = "app.org"' }), /copies are of the agency/);
});

test('what is looked up elsewhere is told of where the code does it, and nowhere else', () => {
  const more = (where) => `[uses.register]\nmeaning = "Addresses."\ncalls = ".address("\nwhere = [${where}]`;
  const code = { 'src/rooms.txt': 'office\nportal\n', 'src/portal/page.cpp': 'auto a = people.address(one);', 'src/portal/other.cpp': '// people.address(one)' };
  assert.deepEqual(check({ more: more('"src/portal/page.cpp"') }, {}, code), []);
  refuses(check({ more: more('"src/portal/other.cpp"') }, {}, code), /other.cpp does no such thing/, /page.cpp is not declared/);
  refuses(check({ more: '[uses.register]\nmeaning = "Addresses."' }, {}, code), /does not say what in the code does it/);
});

test('who it is, and when they did it, is personal', () => {
  const files = { 'src/office/migrations/0001_office.sql': migration.replace('picture TEXT', 'picture TEXT, put_by BIGINT, put_at BIGINT') };
  const of = (at) => check({ ofStamp: stamp }, {}, { ...files, 'src/office/catalogue.toml': catalogue().replace('picture = { personal = true }', `picture = { personal = true }\nput_by = { personal = true }\nput_at = { personal = ${at} }`) });
  assert.deepEqual(of(true), []);
  refuses(of(false), /stamp: put_at says when put_by did it/);
  refuses(check({}, {}, { 'src/office/catalogue.toml': catalogue().replace('[tables.stamp.columns]\nparty_id = { personal = true }', '[tables.stamp.columns]\nparty_id = { personal = false }') }), /subject: party_id says who it is, so it is personal/);
});
