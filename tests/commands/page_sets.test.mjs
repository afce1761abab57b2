// The check of page sets in a copy of the tree: a set that the program does not list, and words that no text has, fail the build.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { checker, planted } from '../lib/house.mjs';

const whole = planted('src/portal', 'src/main/rooms.cpp', 'texts');
const check = checker('page_sets.py', whole);

test('the page sets of the program are all listed, and have their words', () => {
  assert.deepEqual(check(), []);
});

test('what a test or a fuzz target of the pages speaks needs no words', () => {
  const speaks = 'view.t("profile.nowhere")';
  for (const name of ['profile_test.cpp', 'profile_fuzz.cpp', 'testing/profile.h']) assert.deepEqual(check({ [`src/portal/${name}`]: speaks }), [], name);
  assert.match(check({ 'src/portal/links.cpp': `link("https://x.example"); ${speaks}` }).join('\n'), /links\.cpp: no text 'profile\.nowhere'/);
});

for (const [name, path, from, to, said] of [
  ['a set that the program does not list', 'src/main/rooms.cpp', 'portal::role_pages()', '', /portal::role_pages of src\/portal\/role_pages\.h is missing/],
  ['an entry of the menu without words', 'src/portal/inbox_pages.cpp', '.text = "menu.inbox"', '.text = "menu.post"', /inbox_pages\.cpp: no text 'menu\.post'/],
  ['a link of the footer without words', 'src/portal/verify_pages.cpp', '.text = "footer.verify"', '.text = "footer.proof"', /verify_pages\.cpp: no text 'footer\.proof'/],
  ['words of a set that no text has', 'src/portal/profile_pages.cpp', '.words = {"profile.title"', '.words = {"profile.headline"', /profile_pages\.cpp: no text 'profile\.headline'/],
  ['a text that a page speaks and nobody wrote', 'src/portal/profile_pages.cpp', 'view.t("profile.born")', 'view.t("profile.birthday")', /profile_pages\.cpp: no text 'profile\.birthday'/],
  ['a number of things that has no words for one', 'src/portal/what_now.cpp', 'view.plural("receipt.open_fields"', 'view.plural("receipt.lacking"', /no text 'receipt\.lacking\.one'/],
]) {
  test(`${name} fails the build`, () => {
    assert.ok(whole[path].includes(from), `${path} has no ${from}`);
    assert.match(check({ [path]: whole[path].replace(from, to) }).join('\n'), said);
  });
}
