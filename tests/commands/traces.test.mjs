// `alting traces`: where a text lies, and that it is never said again.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alting } from '../lib/server.mjs';

const place = mkdtempSync(join(tmpdir(), 'alting-traces-'));
after(() => rmSync(place, { recursive: true, force: true }));

test('a text is found in every file of the folder and of those named beside it, and is not said', () => {
  const data = join(place, 'data'), backups = join(place, 'backups');
  mkdirSync(join(data, 'blobs'), { recursive: true });
  mkdirSync(backups);
  writeFileSync(join(data, 'blobs', 'en'), 'foran kjennetegnet bak');
  writeFileSync(join(backups, 'gammel.db'), Buffer.concat([Buffer.alloc(100), Buffer.from('kjennetegnet kjennetegnet')]));

  const here = alting(['traces', '--data', data, 'kjennetegnet', 'finnes ikke']);
  assert.equal(here.status, 1, here.out);
  assert.match(here.out, /text 1 stands 1 time in .*blobs\/en, first at octet 6\n/);
  assert.doesNotMatch(here.out, /kjennetegnet|text 2/);

  const list = join(place, 'liste');
  writeFileSync(list, 'kjennetegnet\n');
  const beside = alting(['traces', '--data', data, '--file', list, '--also', backups]);
  assert.equal(beside.status, 1, beside.out);
  assert.match(beside.out, /stands 2 times in .*gammel\.db, first at octet 100\n/);

  const none = alting(['traces', '--data', data, 'finnes ikke']);
  assert.equal(none.status, 0, none.out);
  assert.match(none.out, /found nowhere/);
});

test('where it could not look is neither found nor found nowhere', () => {
  const data = join(place, 'looked');
  mkdirSync(data);
  writeFileSync(join(data, 'en'), 'kjennetegnet');
  for (const words of [['--data', join(place, 'nowhere'), 'kjennetegnet'], ['--data', data, '--also', join(place, 'nowhere'), 'kjennetegnet'],
                       ['--data', data, '--file', join(place, 'nowhere')]]) {
    const { status, out } = alting(['traces', ...words]);
    assert.equal(status, 2, out);
    assert.doesNotMatch(out, /found/);
  }
});

test('without a text, or with one that would be found everywhere, it is not understood', () => {
  for (const words of [[], ['abc']]) {
    const { status, out } = alting(['traces', '--data', place, ...words]);
    assert.equal(status, 64, out);
    assert.match(out, /to look for/);
  }
});
