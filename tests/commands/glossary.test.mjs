// The check of docs/glossary.md: its names exist in the code, and words that were given up stay away.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { checker, planted } from '../lib/house.mjs';

const glossary = (ours, law = '', given_up = '| `Twig` | `Branch` |') => `# Glossary

## Ours

| word | what it is here | in the code |
| --- | --- | --- |
${ours}

## Norwegian law's

| word | in English | where it is from | in the code |
| --- | --- | --- | --- |
${law}

## Words we gave up

| not | but |
| --- | --- |
${given_up}
`;
const leaf = '| leaf | of a tree | `trees::Leaf`, `trees/tree.h` |';
const tree = '| tree | what grows | `Tree` |';
const owner = '| owner | whose it is | `terms::Owner` |';
const house = {
  'src/rooms.txt': 'terms\ntrees\n',
  'src/terms/owner.h': 'struct Owner {};\nclass Elsewhere;\n',
  'src/terms/catalogue.h': 'struct Column {};\n',
  'src/trees/tree.h': 'struct Leaf { int size; };\nclass Tree {};\n// Twig\nconstexpr auto address = "/tre/{tree}";\n',
  'src/trees/tree_test.cpp': 'Twig Bark',
  'docs/glossary.md': glossary([leaf, owner, tree].join('\n')),
};
const check = checker('glossary.py', house);
const with_rows = (...rows) => check({ 'docs/glossary.md': glossary(rows.join('\n')) });

test('the glossary of this repository is true', () => {
  assert.deepEqual(checker('glossary.py', planted('src', 'services', 'docs/glossary.md'))(), []);
});

test('a house whose glossary is true', () => {
  assert.deepEqual(check(), []);
  assert.deepEqual(check({ 'docs/glossary.md': glossary([leaf, owner, tree].join('\n'), '| tre | tree | naturmangfoldloven | `/tre/{tree}`, `src/trees` |') }), []);
});

for (const [what, rows, said] of [
  ['a type that the code does not have', [leaf, owner, tree.replace('`Tree`', '`trees::Forest`')], /"tree" names trees::Forest, which the code does not have/],
  ['a type that another room has', [leaf, owner.replace('terms::Owner', 'trees::Owner'), tree], /"owner" names trees::Owner/],
  ['a name that only a test has', [leaf, owner, tree.replace('`Tree`', '`Bark`')], /"tree" names Bark/],
  ['a file that is not there', [leaf.replace('tree.h', 'wood.h'), owner, tree], /"leaf" names trees\/wood\.h/],
  ['an address that no code has', [leaf, owner, tree.replace('`Tree`', '`/busk`')], /"tree" names \/busk/],
  ['a row without a name', [leaf, owner, tree.replace('`Tree`', 'Tree')], /"tree" names nothing in the code/],
  ['a shared type without a row', [leaf, tree], /has no row for Owner of src\/terms\/owner\.h/],
  ['rows in no order', [leaf, tree, owner], /"tree" stands before "owner", against the alphabet/],
]) {
  test(`${what} fails the build`, () => {
    const faults = with_rows(...rows);
    assert.equal(faults.length, 1, faults.join('\n'));
    assert.match(faults[0], said);
  });
}

test('a word that was given up may stand in a comment and a test, and fails the build where the program says it', () => {
  assert.match(check({ 'src/trees/twig.h': 'struct Twig {};\n' }).join('\n'), /the program says Twig again: `Branch`/);
});
