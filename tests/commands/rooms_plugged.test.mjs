// What a room brings stands in src/main/rooms.cpp, or the build fails: nothing is plugged in by memory.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { checker, says } from '../lib/house.mjs';
import { top } from '../lib/server.mjs';

const topics = 'inline constexpr store::Topic sent{.name = "office.sent"}, read{.name = "office.read"};\n';
/** A house with one room beside `main`. */
const check = checker('rooms_plugged.py', {
  'src/rooms.txt': 'office\nmain\n',
  'src/office/migrations/0001_post.sql': 'CREATE TABLE post (id TEXT);\n',
  'src/office/topics.h': `${topics}inline constexpr std::array topics{&sent, &read};\n`,
  'src/office/background.h': '[[nodiscard]] std::vector<store::Job> background_jobs(Office& office);\n// For tests.\nvoid count_days(int days);\n',
  'src/office/post_metrics.h': 'void count_post(base::Metrics& metrics,\n                store::Database& database);\n',
  'src/office/send.cpp': 'store::emit(tx, random, now, sent, key, Json::object({{"a", 1}}).dump());\n',
  'src/main/rooms.cpp': 'office::migrations(); office::topics; office::background_jobs(a); office::count_post(m, d);\n',
});

test('a house where all is plugged in is sound', () => assert.deepEqual(check(), []));

test('migrations, topics, jobs and counts that main does not take are named', () => {
  const lines = check({ 'src/main/rooms.cpp': '// office::topics, office::migrations\n' });
  assert.deepEqual(lines.map((line) => /office::\w+/.exec(line)?.[0]),
                   ['office::background_jobs', 'office::count_post', 'office::migrations', 'office::topics']);
});

test('a topic that its room does not list is named', () => {
  assert.match(check({ 'src/office/topics.h': `${topics}inline constexpr std::array topics{&sent};\n` })[0], /^src\/office\/topics\.h: the topic 'read' is not in/);
});

test('a topic that is no constexpr is named too', () => {
  for (const made of ['inline const store::Topic lost{.name = "office.lost"};', 'const store::Topic lost = {.name = "office.lost"};',
                      'static store::Topic lost{\n    "office.lost"};', 'extern const store::Topic sent;\nstore::Topic const lost("office.lost");',
                      'inline const store::Topic sent2{.name = "office.sent2"}, lost{.name = "office.lost", .may_be_given_up = true};']) {
    assert.match(check({ 'src/office/post.cpp': `${made}\n` })[0], /^src\/office\/post\.cpp: the topic 'lost' is not in/, made);
  }
});

test('a topic without a name of its own is refused', () => {
  for (const code of ['store::emit(tx, random, now, {"office.sent"}, key, "");', 'emit(tx, random,\n     now, store::Topic{"office.sent"}, key, "");',
                      'store::emit(tx, random, now, "office.sent", key, "");',
                      'const std::array<store::Topic, 1> many{{{"office.sent"}}};']) {
    assert.match(check({ 'src/office/send.cpp': code })[0], /^src\/office\/send\.cpp: a topic of the outbox is a constexpr constant/, code);
  }
});

test('tests, fuzz targets and stand-ins may have topics of their own', () => {
  assert.deepEqual(check({ 'src/office/send_test.cpp': 'constexpr store::Topic mine{.name = "x"};', 'src/office/send_fuzz.cpp': 'constexpr store::Topic mine{.name = "x"};', 'src/office/testing/fixture.h': 'constexpr store::Topic mine{.name = "x"};' }), []);
});

test('what a test or a fuzz target lists is not listed', () => {
  const topics = { 'src/office/topics.h': 'inline constexpr store::Topic sent{.name = "office.sent"};' };
  const lists = 'std::array topics{&sent};';
  for (const name of ['send_test.cpp', 'send_fuzz.cpp', 'testing/send.cpp']) {
    assert.match(check({ ...topics, [`src/office/${name}`]: lists })[0], /the topic 'sent' is not in/, name);
  }
  assert.deepEqual(check({ ...topics, 'src/office/lists.cpp': `const char* a = "http://x"; ${lists}` }), []);
});

test('the house itself is sound', () => {
  assert.deepEqual(says('rooms_plugged.py', top), []);
});

test('the settings of a room that main does not read are named', () => {
  const settings = { 'src/office/settings.h': '[[nodiscard]] std::vector<base::Setting> settings(Options& into);\n' };
  assert.match(check(settings)[0], /office::settings is missing/);
  assert.deepEqual(check({ ...settings, 'src/main/rooms.cpp': 'office::migrations(); office::topics; office::background_jobs(a); office::count_post(m, d); office::settings(o);\n' }), []);
});
