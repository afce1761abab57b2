// Houses to try the checks of script/lib on: trees of files in a scratch folder, some of them wrong.
//
//   const check = checker('room_borders.py', { 'src/rooms.txt': 'lower\nupper\n', ... });   // a house with nothing wrong
//   check({ 'src/lower/a.h': '#include "upper/b.h"\n' })                                    // what is said of it with that file too
import { after } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { top } from './server.mjs';

/** A folder that is there until the tests of the file have run. To be called outside a test. */
export function scratch() {
  const folder = mkdtempSync(join(tmpdir(), 'alting-house-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files, by their path in `tree`. */
export function plant(tree, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
}

/** The files of this house, all those in folders, by their path. */
export function planted(...paths) {
  return Object.fromEntries(paths.flatMap((path) => (statSync(join(top, path)).isDirectory()
    ? Object.entries(planted(...readdirSync(join(top, path)).map((name) => `${path}/${name}`))) : [[path, readFileSync(join(top, path), 'utf8')]])));
}

/** What a check says of a tree, line by line, with paths in the tree; its exit status is 1 when it says anything. */
export function says(script, tree) {
  const { status, stdout, stderr } = spawnSync('python3', [join(top, 'script/lib', script), tree], { encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.equal(status, stdout === '' ? 0 : 1, stdout);
  return stdout.replaceAll(`${tree}/`, '').split('\n').filter(Boolean);
}

/** A function that answers what the script says of a house of `files`, with more of them or others in their place. */
export function checker(script, files) {
  const folder = scratch();
  let trees = 0;
  return (more = {}) => {
    const tree = join(folder, String(trees += 1));
    plant(tree, { ...files, ...more });
    return says(script, tree);
  };
}
