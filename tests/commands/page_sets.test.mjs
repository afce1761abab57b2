// The check of page sets in a copy of the tree: a set that the program does not list, and words that no text has, fail the build.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { top } from '../lib/server.mjs';

const place = mkdtempSync(join(tmpdir(), 'alting-page-sets-'));
after(() => rmSync(place, { recursive: true, force: true }));

/** What the check says of a copy of the tree in which `spoil(edit)` was done. */
function check(name, spoil) {
  const tree = join(place, name);
  for (const folder of ['src/portal', 'texts']) cpSync(join(top, folder), join(tree, folder), { recursive: true });
  mkdirSync(join(tree, 'src/main'), { recursive: true });
  cpSync(join(top, 'src/main/rooms.cpp'), join(tree, 'src/main/rooms.cpp'));
  spoil((path, from, to) => {
    const text = readFileSync(join(tree, path), 'utf8');
    assert.ok(text.includes(from), `${path} has no ${from}`);
    writeFileSync(join(tree, path), text.replace(from, to));
  });
  const { status, stdout } = spawnSync('python3', [join(top, 'script/lib/page_sets.py'), tree], { encoding: 'utf8' });
  return { status, said: stdout };
}

test('the page sets of the program are all listed, and have their words', () => {
  assert.deepEqual(check('whole', () => {}), { status: 0, said: '' });
});

for (const [name, path, from, to, said] of [
  ['a set that the program does not list', 'src/main/rooms.cpp', 'portal::profile_pages()', '', /portal::profile_pages of src\/portal\/profile_pages\.h is missing/],
  ['an entry of the menu without words', 'src/portal/inbox_pages.cpp', '.text = "menu.inbox"', '.text = "menu.post"', /inbox_pages\.cpp: no text 'menu\.post'/],
  ['a link of the footer without words', 'src/portal/verify_pages.cpp', '.text = "footer.verify"', '.text = "footer.proof"', /verify_pages\.cpp: no text 'footer\.proof'/],
  ['words of a set that no text has', 'src/portal/profile_pages.cpp', '.words = {"profile.title"', '.words = {"profile.headline"', /profile_pages\.cpp: no text 'profile\.headline'/],
  ['a text that a page speaks and nobody wrote', 'src/portal/profile_pages.cpp', 'view.t("profile.born")', 'view.t("profile.birthday")', /profile_pages\.cpp: no text 'profile\.birthday'/],
  ['a number of things that has no words for one', 'src/portal/matter_pages.cpp', 'view.plural("receipt.open_fields"', 'view.plural("receipt.lacking"', /no text 'receipt\.lacking\.one'/],
]) {
  test(`${name} fails the build`, () => {
    const { status, said: out } = check(name, (edit) => edit(path, from, to));
    assert.equal(status, 1);
    assert.match(out, said);
  });
}
