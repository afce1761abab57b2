// The documents show programs, commands and headings that are there.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { plant, says, scratch } from '../lib/house.mjs';
import { top } from '../lib/server.mjs';

const folder = scratch();
let trees = 0;

/** What is said of a house with this document in it, whose program has two commands. */
function check(document) {
  const tree = join(folder, String(trees += 1));
  plant(tree, {
    'src/main/tool_commands.cpp': 'auto* one = app.add_subcommand(\n    "doctor", "Look over");\nauto* two = app.add_subcommand("log", "The log");\nauto* below = two->add_subcommand("check", "");\n',
    'script/run': '', 'docs/other.md': '# A heading\n', 'docs/a.md': document,
  });
  spawnSync('git', ['init', '--quiet', tree]);
  return says('documents.py', tree);
}

test('a command is one that the program has, and one below another is none of its own', () => {
  assert.deepEqual(check('```sh\nalting doctor\nbuild/release/alting log check\nalting --help\n```\n'), []);
  assert.deepEqual(check('```sh\nalting repair\nalting check\n```\n'), ['docs/a.md: shows `alting repair`, which is no command', 'docs/a.md: shows `alting check`, which is no command']);
});

test('programs, files and headings are there', () => {
  assert.deepEqual(check('[other](other.md#a-heading)\n```sh\nscript/run\n```\n'), []);
  assert.equal(check('[other](others.md)\n')[0], 'docs/a.md: links to others.md, which does not exist');
  assert.equal(check('[other](other.md#another)\n')[0], 'docs/a.md: links to other.md#another: no such heading');
  assert.equal(check('```sh\nscript/walk\n```\n')[0], 'docs/a.md: shows script/walk, which does not exist');
});

test('the documents of this house are sound', () => assert.deepEqual(says('documents.py', top), []));
