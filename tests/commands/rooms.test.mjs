// The rooms are listed once, in src/rooms.txt: includes go only up in that list, and the document's table of rooms is the same list.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checker } from '../lib/house.mjs';
import { top } from '../lib/server.mjs';

const check = checker('room_borders.py', {
  'src/rooms.txt': '# In order.\nlower\n\nplanned\nupper\n',
  'src/lower/a.h': '',
  'src/upper/b.h': '#include "lower/a.h"\n',
  'docs/architecture.md': '# Architecture\n\n## The rooms\n\n| room | owns |\n| --- | --- |\n| `lower` | a |\n| `upper` | b |\n\n## More\n\n| `other` | table |\n',
});

test('a room includes rooms above it, and a planned room needs no folder', () => {
  assert.deepEqual(check(), []);
});

test('an include of a room below is refused', () => {
  assert.deepEqual(check({ 'src/lower/a.h': '#include "upper/b.h"\n' }), ["src/lower/a.h:1: room 'lower' may not include room 'upper'"]);
});

test('files of a room without circles may not include each other in one', () => {
  const web = { 'src/rooms.txt': 'lower\nupper\nweb\n', 'docs/architecture.md': '# A\n\n## The rooms\n\n| `lower` | a |\n| `upper` | b |\n| `web` | c |\n' };
  const server = { ...web, 'src/web/server.h': '', 'src/web/server.cpp': '#include "web/server.h"\n#include "web/exchange.h"\n' };
  assert.deepEqual(check({ ...server, 'src/web/exchange.h': '#include "lower/a.h"\n' }), []);
  const faults = check({ ...server, 'src/web/exchange.h': '#include "web/server.h"\n' });
  assert.equal(faults.length, 1, faults.join('\n'));
  assert.match(faults[0], /src\/web: files include each other in a circle: .*web\/server <- web\/exchange|web\/exchange <- web\/server/);
});

test('a folder that is no room is refused', () => {
  assert.match(check({ 'src/attic/c.cpp': '' })[0], /'attic' is not a room/);
});

test('a table of rooms in the document that is another list is refused', () => {
  assert.match(check({ 'src/planned/p.h': '' })[0], /architecture.md: its table of rooms is lower upper, the rooms are lower planned upper/);
  assert.match(check({ 'docs/architecture.md': '# A\n\n## The rooms\n\n| `upper` | b |\n| `lower` | a |\n' })[0], /its table of rooms is upper lower, the rooms are lower upper/);
  assert.match(check({ 'docs/architecture.md': '# A\n\n## Others\n' })[0], /its table of rooms is , /);
});

test('nothing else lists the rooms', () => {
  const rooms = readFileSync(join(top, 'src/rooms.txt'), 'utf8').split('\n').filter((line) => /^[a-z]/.test(line));
  const two = `${rooms[0]} ${rooms[1]} ${rooms[2]}`;
  for (const file of ['CMakeLists.txt', 'script/lib/room_borders.py', 'script/lib/catalogue_complete.py', 'script/lib/table_owners.py', 'script/lib/house.py']) {
    assert.ok(!readFileSync(join(top, file), 'utf8').includes(two), file);
  }
});
