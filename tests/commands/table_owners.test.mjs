// A room owns its tables: the check of every build refuses SQL on another room's table, in whatever way it is written, and what it cannot follow.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { checker, says } from '../lib/house.mjs';
import { top } from '../lib/server.mjs';

const migration = `CREATE TABLE post (id TEXT NOT NULL, title TEXT, body {blob}, PRIMARY KEY (id));
CREATE INDEX post_by_title ON post (title);
CREATE TABLE stamp (id TEXT NOT NULL, post TEXT REFERENCES post (id));`;
const catalogue = (readers = '') => `[tables.post]\nmeaning = "Letters."\n${readers}\n[tables.stamp]\nmeaning = "Stamps."\n`;

/** A house of three rooms; the middle one has the tables. */
const check = checker('table_owners.py', {
  'src/rooms.txt': '# In order.\nlower\noffice\nupper\n',
  'src/office/migrations/0001_post.sql': migration,
  'src/office/catalogue.toml': catalogue(),
  'src/upper/migrations/0001_own.sql': 'CREATE TABLE own (id BIGINT);\n',
});
/** What it says of one statement in the room upper. */
const upper = (code, more = {}) => check({ 'src/upper/letters.cpp': code, ...more });
/** The same of many, each in a file of its own: one line of complaint about each, which `what` matches. */
function each(codes, what, more = {}) {
  const lines = check({ ...Object.fromEntries(codes.map((code, at) => [`src/upper/${at}.cpp`, `auto a = ${code};\n`])), ...more });
  codes.forEach((code, at) => {
    const its = lines.filter((line) => line.startsWith(`src/upper/${at}.cpp:`));
    assert.equal(its.length, 1, `${code}\n${its.join('\n')}`);
    assert.match(its[0], what, code);
  });
  assert.equal(lines.length, codes.length, lines.join('\n'));
}
const quoted = (...statements) => statements.map((sql) => `"${sql}"`);
const allowed = { 'src/office/catalogue.toml': catalogue('readers = ["upper"]') };

test('a room uses its own tables as it likes', () => {
  assert.deepEqual(check({
    'src/office/post.cpp': `void f() { tx.run("INSERT INTO post (id) VALUES (?)"); tx.run("UPDATE post SET title = ? WHERE id = ?");
      tx.query("SELECT p.id FROM post p JOIN stamp s ON s.post = p.id, stamp x WHERE p.id IN (SELECT post FROM stamp)");
      tx.run("DELETE FROM stamp WHERE id = ?"); tx.run("INSERT INTO post (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET title = excluded.title"); }`,
    'src/upper/own.cpp': 'void f() { tx.query("SELECT id FROM own FOR UPDATE"); }',
  }), []);
});

test('a read of another room is refused, with the place and what to do', () => {
  const [line, ...more] = upper('void f() {\n  tx.query("SELECT id FROM post");\n}\n');
  assert.equal(line, "src/upper/letters.cpp:2: room 'upper' reads post, which belongs to 'office': ask a function of that room, or name the reader in src/office/catalogue.toml");
  assert.deepEqual(more, []);
});

test('a reader that the catalogue names passes, for that table and no other', () => {
  assert.deepEqual(upper('auto a = "SELECT id FROM post";', allowed), []);
  const lines = upper('auto a = "SELECT id FROM post JOIN stamp ON stamp.post = post.id";', allowed);
  assert.equal(lines.length, 1);
  assert.match(lines[0], /reads stamp/);
});

test('a write is refused even of a reader', () => {
  each(quoted('INSERT INTO post (id) VALUES (?)', 'INSERT OR IGNORE INTO post (id) VALUES (?)', 'UPDATE post SET title = ?', 'DELETE FROM post WHERE id = ?',
                     'DELETE FROM main.post', 'DROP TABLE post', 'DROP TABLE IF EXISTS own, post', 'ALTER TABLE post ADD COLUMN x TEXT', 'TRUNCATE own, post', 'TRUNCATE TABLE post',
                     'CREATE TABLE post (id TEXT)', 'CREATE INDEX mine ON post (body)', 'LOCK TABLE post IN EXCLUSIVE MODE', 'VACUUM post',
                     'UPDATE \\"post\\" SET title = ?', 'MERGE INTO post USING own ON true WHEN MATCHED THEN DELETE'),
  /writes post, which belongs to 'office': only its owner may/, { ...allowed, 'src/upper/read.cpp': 'auto a = "SELECT id FROM post";' });
});

test('a read is seen wherever it stands in a statement', () => {
  each(quoted('SELECT id FROM own, post', 'SELECT id FROM own o, post AS p WHERE o.id = p.id', 'SELECT id FROM own LEFT OUTER JOIN post USING (id)', 'SELECT id FROM (own JOIN post ON true)',
                     'SELECT (SELECT MAX(id) FROM post) FROM own', 'SELECT id FROM own WHERE id IN (SELECT id FROM post)', 'SELECT id FROM (SELECT id FROM post) AS x',
                     'SELECT id FROM (SELECT id FROM own) AS x, post', 'WITH x AS (SELECT id FROM post) SELECT id FROM x', 'WITH x (id) AS (SELECT id FROM own) SELECT x.id FROM x JOIN post ON true',
                     'SELECT id FROM own UNION ALL SELECT id FROM post', 'INSERT INTO own (id) SELECT id FROM post', 'UPDATE own SET id = 1 FROM post WHERE post.id = own.id',
                     'DELETE FROM own USING post WHERE post.id = own.id', 'SELECT id FROM POST', 'SELECT id FROM public.post', 'SELECT id FROM \\"post\\"', 'SELECT id FROM [post]',
                     'SELECT f(a, b), id FROM own JOIN own y ON f(a, b) = 1, post', 'CREATE TABLE more (id TEXT REFERENCES post (id))', 'SELECT id from post', 'WHERE id IN (select id from post)', 'SELECT id FROM ONLY post',
                     'SELECT id FROM /* which */ post', "SELECT 'it''s FROM own' FROM post", 'JOIN post ON post.id = own.id', ', post p WHERE p.id = own.id'), /reads post/);
});

test('a read is seen however the literal is written', () => {
  each(['"SELECT id "\n    "FROM "\n    "post WHERE id = ?"', '"SELECT id FR" "OM po" "st"', '"SELECT id FROM " // why\n  "post"', 'R"(SELECT id\nFROM post)"', 'R"SQL(SELECT id FROM "post")SQL"',
                      '"SELECT id FROM\\n post"', '"SELECT id \\\nFROM post"', 'std::string("SELECT id ") + columns + " FROM post WHERE " + where', 'fmt::format("SELECT {} FROM post WHERE {}", a, b)',
                      '"SELECT id FROM post"sv', 'u8"SELECT id FROM post"', "f(1'000, '\"', \"SELECT id FROM post\")", '"SELECT id FROM p\\x6fst"', 'sql += ", post p"', 'sql += ", post"', 'fmt::format("{}, post WHERE", more)'], /reads post/);
});

test('headers, folders of a room and migrations are looked at', () => {
  const lines = check({
    'src/upper/letters.h': 'inline auto a = "SELECT id FROM post";',
    'src/upper/deep/down/letters.cpp': 'auto a = "SELECT id FROM post";',
    'src/upper/migrations/0002_more.sql': 'INSERT INTO own (id) SELECT id FROM post;',
    'src/upper/migrations/0003_more.sqlite.sql': 'ALTER TABLE post ADD COLUMN mine TEXT;',
    'src/upper/migrations/0003_more.postgresql.sql': 'TRUNCATE post;',
  });
  assert.deepEqual(lines.map((line) => line.split(':')[0]), ['src/upper/deep/down/letters.cpp', 'src/upper/letters.h', 'src/upper/migrations/0002_more.sql',
                                                           'src/upper/migrations/0003_more.postgresql.sql', 'src/upper/migrations/0003_more.sqlite.sql']);
});

test('a table that is put in from elsewhere is refused', () => {
  each(['fmt::format("SELECT id FROM {}", table)', 'fmt::format("DELETE FROM {0} WHERE id = ?", table)', 'fmt::format("INSERT INTO {} VALUES (?)", table)', 'fmt::format("UPDATE {} SET id = 1", table)',
                      'fmt::format("SELECT id FROM own JOIN {} ON true", table)', 'fmt::format("SELECT id FROM own, {}", table)', 'fmt::format("SELECT id FROM own_{}", part)', 'fmt::format("SELECT id FROM own{}", part)',
                      'std::string("SELECT id FROM ") + table', 'std::string("SELECT id FROM own") + rest', '"SELECT id FROM own" REST', '"SELECT id FROM " TABLE " WHERE id = ?"', '"SELECT id FROM own, " + more',
                      'fmt::format("SELECT id FROM ({})", query)', 'fmt::format("DROP TABLE {}", table)', 'fmt::format("CREATE INDEX x ON {} (id)", table)'], /put in from elsewhere|put together from parts/);
});

test('what is not understood is refused', () => {
  each(quoted('SELECT id FROM nothing'), /no migration makes a table nothing/);
  each(quoted('select id from post', 'insert into post (id) values (?)', 'delete from post', 'update post set id = 1', 'id IN (select id from post)'), /small letters/);
  each(quoted('SELECT id FROM ?', 'SELECT id FROM other.post'), /no table|no schema/);
  each(quoted('CREATE VIEW mine AS SELECT id FROM own', 'CREATE TEMP TRIGGER t AFTER INSERT ON own BEGIN DELETE FROM own; END'), /hides/);
  each(quoted('WITH post AS (SELECT id FROM post) SELECT id FROM post'), /take another/);
});

test('what is no use of a table passes', () => {
  assert.deepEqual(upper(`// SELECT id FROM post
    /* DELETE FROM post */
    auto a = "SELECT id FROM own WHERE post IS NOT DISTINCT FROM ? AND EXTRACT(YEAR FROM post) = 1 AND TRIM(BOTH FROM post) = ''";
    auto b = "SELECT key FROM json_each(?), pragma_table_info(?) ORDER BY post, stamp";
    auto c = "SELECT name FROM sqlite_schema, information_schema.tables"; auto d = "-- FROM post"; auto e = "SELECT 'FROM post' FROM own";
    auto f = "INSERT INTO own (id, post, stamp) VALUES (?, ?, ?) ON CONFLICT (id, post) DO UPDATE SET id = 1, post = 2";
    auto g = "a letter from post, select the stamp"; auto h = ", post, stamp"; auto n = ", update the stamp and copy it"; auto i = "post"; auto j = "FOR UPDATE SKIP LOCKED";
    auto k = "WITH RECURSIVE up AS (SELECT id FROM own UNION SELECT o.id FROM own o JOIN up ON up.id = o.id) SELECT id FROM up";
    auto l = "CREATE TABLE measured (id BIGINT)"; auto m = "INSERT INTO measured (id) VALUES (?)";`), []);
});

test('a reader that nobody needs, or that cannot be, is refused', () => {
  assert.match(check(allowed)[0], /^src\/office\/catalogue.toml: table post: no statement of 'upper' reads it: take the reader away$/);
  assert.equal(check(allowed).length, 1);
  assert.match(check({ 'src/office/catalogue.toml': catalogue('readers = ["attic"]') })[0], /'attic' is no room below 'office'/);
  assert.match(check({ 'src/office/catalogue.toml': catalogue('readers = ["lower"]'), 'src/lower/l.cpp': 'auto a = "SELECT id FROM post";' })[0], /'lower' is no room below 'office'/);
  assert.match(check({ 'src/office/catalogue.toml': catalogue('readers = "upper"') })[0], /readers is a list of rooms/);
  assert.match(check({ 'src/upper/catalogue.toml': '[tables.post]\nreaders = ["upper"]\n', 'src/upper/l.cpp': 'auto a = "SELECT id FROM post";' }).join('\n'), /not this room's to give readers/);
});

test('tests, fuzz targets and tools may read and write every table', () => {
  const code = 'auto a = "UPDATE post SET title = ?"; auto b = "SELECT id FROM post";';
  assert.deepEqual(check({ 'src/upper/letters_test.cpp': code, 'src/upper/letters_fuzz.cpp': code, 'src/upper/testing/town.h': code, 'src/upper/tools/look.cpp': code }), []);
  assert.equal(check({ 'src/upper/test.cpp': code, 'src/upper/fuzz.cpp': code, 'src/upper/testing.h': code, 'src/upper/tools.cpp': code }).length, 8);
});

test('the house itself keeps the rule', () => {
  assert.deepEqual(says('table_owners.py', top), []);
});
