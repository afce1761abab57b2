// Every error that can reach a person has words, and no words are for an error that nobody makes.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { checker, says } from '../lib/house.mjs';
import { top } from '../lib/server.mjs';

const makes = 'return make_error(ErrorKind::invalid, "error.letter.lost");\n';
const check = checker('error_texts.py', {
  'src/office/letter.cpp': makes,
  'texts/office.nb.toml': '[error.letter]\nlost = "Brevet er borte."\n',
});

test('an error with words is sound', () => assert.deepEqual(check(), []));

test('an error without words is named', () => {
  const lines = (code) => check({ 'src/office/letter.cpp': `${makes}${code}` });
  assert.deepEqual(lines('auto a = "error.letter.torn";'), ["src/office/letter.cpp: no text for 'error.letter.torn' in texts/ (three languages)"]);
  assert.match(lines('link("https://x.example", "error.letter.torn");')[0], /no text for 'error\.letter\.torn'/);
  assert.match(lines('auto a = "error.letter." + code;')[0], /puts an error code together from parts/);
  for (const comment of ['// "error.letter.torn"', '/* "error.letter.torn" */']) assert.deepEqual(lines(comment), [], comment);
});

test('words for an error that only a test, a fuzz target or a comment names are refused', () => {
  for (const [path, code] of [['letter_test.cpp', makes], ['letter_fuzz.cpp', makes], ['testing/letter.h', makes], ['letter.h', `// ${makes}`], ['letter.h', `/* ${makes} */`]]) {
    assert.deepEqual(check({ 'src/office/letter.cpp': '', [`src/office/${path}`]: code }), ["texts/: 'error.letter.lost' is no error that the program makes"], path);
  }
});

test('the errors of this house all have words', () => assert.deepEqual(says('error_texts.py', top), []));
