// The rooms are listed once, in src/rooms.txt: includes go only up in that list, and the document's table of rooms is the same list.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { top } from '../lib/server.mjs';

const place = mkdtempSync(join(tmpdir(), 'alting-rooms-'));
after(() => rmSync(place, { recursive: true, force: true }));

let trees = 0;
function check(files) {
  const tree = join(place, String(++trees));
  const all = {
    'src/rooms.txt': '# In order.\nlower\n\nplanned\nupper\n',
    'src/lower/a.h': '',
    'src/upper/b.h': '#include "lower/a.h"\n',
    'docs/architecture.md': '# Architecture\n\n## The rooms\n\n| room | owns |\n| --- | --- |\n| `lower` | a |\n| `upper` | b |\n\n## More\n\n| `other` | table |\n',
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(tree, name)), { recursive: true });
    writeFileSync(join(tree, name), text);
  }
  const { status, stdout, stderr } = spawnSync('python3', [join(top, 'script/lib/room_borders.py'), tree], { encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.equal(status, stdout === '' ? 0 : 1);
  return stdout.replaceAll(`${tree}/`, '');
}

test('a room includes rooms above it, and a planned room needs no folder', () => {
  assert.equal(check({}), '');
});

test('an include of a room below is refused', () => {
  assert.equal(check({ 'src/lower/a.h': '#include "upper/b.h"\n' }), "src/lower/a.h:1: room 'lower' may not include room 'upper'\n");
});

test('a folder that is no room is refused', () => {
  assert.match(check({ 'src/attic/c.cpp': '' }), /'attic' is not a room/);
});

test('a table of rooms in the document that is another list is refused', () => {
  assert.match(check({ 'src/planned/p.h': '' }), /architecture.md: its table of rooms is lower upper, the rooms are lower planned upper/);
  assert.match(check({ 'docs/architecture.md': '# A\n\n## The rooms\n\n| `upper` | b |\n| `lower` | a |\n' }), /its table of rooms is upper lower, the rooms are lower upper/);
  assert.match(check({ 'docs/architecture.md': '# A\n\n## Others\n' }), /its table of rooms is , /);
});

test('nothing else lists the rooms', () => {
  const rooms = readFileSync(join(top, 'src/rooms.txt'), 'utf8').split('\n').filter((line) => /^[a-z]/.test(line));
  const two = `${rooms[0]} ${rooms[1]} ${rooms[2]}`;
  for (const file of ['CMakeLists.txt', 'script/lib/room_borders.py', 'script/lib/catalogue_complete.py', 'script/lib/table_owners.py', 'script/lib/house.py']) {
    assert.ok(!readFileSync(join(top, file), 'utf8').includes(two), file);
  }
});
