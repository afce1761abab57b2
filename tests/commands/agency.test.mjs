// Nobody can write the function that hands an agency a draft: its files cannot name one, and their SQL not its table.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { checker, planted, says, scratch, plant } from '../lib/house.mjs';
import { top } from '../lib/server.mjs';

const check = checker('agency_sees_no_draft.py', {
  'src/rooms.txt': 'store\ninstances\nportal\napi\n',
  'src/instances/migrations/0001_instances.sql': 'CREATE TABLE instance (id TEXT NOT NULL);\nCREATE TABLE draft (id TEXT NOT NULL);\n'
    + 'CREATE TABLE submission (id TEXT NOT NULL);\nCREATE TABLE attachment (id TEXT NOT NULL);\n',
  'src/instances/draft.h': 'struct Draft {};\n',
  'src/instances/drafts.h': '#include "instances/draft.h"\n',
  'src/instances/drafts.cpp': '#include "instances/drafts.h"\nauto a = "SELECT id FROM draft";\n',
  'src/instances/rows.h': '',
  'src/instances/rows.cpp': '#include "instances/rows.h"\nauto b = "SELECT id FROM submission";\n',
  'src/instances/agency.h': '',
  'src/instances/agency.cpp': '#include "instances/agency.h"\n#include "instances/rows.h"\nauto c = "SELECT id FROM attachment";\n',
  'src/portal/agency_pages.h': '#include "instances/agency.h"\n',
  'src/portal/agency_pages.cpp': '#include "portal/agency_pages.h"\n// #include "instances/draft.h"\n',
  'src/api/storage.h': '#include "instances/agency.h"\n',
  ...Object.fromEntries(['storage', 'storage_json', 'storage_query'].map((name) => [`src/api/${name}.cpp`, '#include "api/storage.h"\n'])),
});

test('an agency that reads what was sent is well', () => {
  assert.deepEqual(check(), []);
});

test('a draft that is included, however far away, is refused with the way to it', () => {
  assert.deepEqual(check({ 'src/instances/rows.h': '#include "instances/drafts.h"\n' }), [
    'the agency\'s side can name a draft: src/instances/draft.h <- src/instances/drafts.h <- src/instances/rows.h <- src/instances/agency.cpp',
    'src/instances/drafts.cpp:2: the agency\'s side reads draft: it reads what was sent (attachment, submission) and nothing else '
      + '(src/instances/drafts.cpp <- src/instances/drafts.h <- src/instances/rows.h <- src/instances/agency.cpp)',
  ]);
  assert.match(check({ 'src/portal/agency_pages.cpp': '#include "instances/drafts.h"\n' })[0], /can name a draft: .* <- src\/portal\/agency_pages.cpp$/);
});

test('what the functions do that the agency\'s call counts as what the agency does', () => {
  assert.match(check({ 'src/instances/rows.cpp': '#include "instances/drafts.h"\n' })[0], /can name a draft: .* <- src\/instances\/rows.cpp <- src\/instances\/rows.h/);
});

test('SQL on a table that has drafts in it is refused, also where the type is not named', () => {
  for (const table of ['draft', 'instance'])
    assert.match(check({ 'src/instances/agency.cpp': `auto d = "SELECT s.id FROM submission s JOIN ${table} x ON x.id = s.id";\n` })[0],
      new RegExp(`^src/instances/agency.cpp:1: the agency's side reads ${table}: `));
});

test('files that the check knows by name must be there', () => {
  const tree = scratch();
  plant(tree, { ...planted('src/rooms.txt'), 'src/instances/agency.h': '' });
  assert.equal(says('agency_sees_no_draft.py', tree).length, 8);
});

test('this house\'s agency cannot name a draft', () => {
  assert.deepEqual(says('agency_sees_no_draft.py', top), []);
});
