// The check of the portal's addresses, in a copy of its sources: one that is written elsewhere than in addresses.h fails the build.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { checker, planted } from '../lib/house.mjs';

const check = checker('addresses.py', planted('src/portal'));

test('the addresses of the portal stand in one place', () => {
  assert.deepEqual(check(), []);
});

test('tests, fuzz targets, stand-ins and comments may write one', () => {
  const address = 'const char* inbox = "/innboks";\n';
  for (const name of ['inbox_test.cpp', 'inbox_fuzz.cpp', 'testing/inbox.h']) assert.deepEqual(check({ [`src/portal/${name}`]: address }), [], name);
  assert.deepEqual(check({ 'src/portal/notices.cpp': `// ${address}/* ${address} */ const char* type = "text/plain";\n` }), []);
});

for (const [name, code, said] of [
  ['a path', 'link("/innboks")', /notices\.cpp: the address "\/innboks" belongs/],
  ['the front page', 'link("/")', /the address "\/" belongs/],
  ['a path in a raw string', 'link(R"(/innboks)")', /the address "\/innboks" belongs/],
  ['a path that is put together', 'base + "/kvittering"', /the address "\/kvittering" belongs/],
  ['a parameter', 'base + "?mappe=sendt"', /the address "\?mappe=sendt" belongs/],
  ['a further parameter', 'base + "&q=" + words', /the address "&q=" belongs/],
  ['a pattern', 'party_page(Method::get, "/a/{party}/varsler", show)', /the address "\/a\/\{party\}\/varsler" belongs/],
  ['a place read by a name of its own', 'view.request.value("instance")', /the name "instance", which stands in addresses, belongs/],
  ['a parameter read by a name of its own', 'view.request.query_value(\n    "etter")', /the name "etter", which stands in addresses, belongs/],
]) {
  test(`${name} outside addresses.h fails the build`, () => {
    const faults = check({ 'src/portal/notices.cpp': `auto x = ${code};\n` });
    assert.equal(faults.length, 1, faults.join('\n'));
    assert.match(faults[0], said);
  });
}
