// What the scripts beside the program promise: they wait for apt, they list what the program is made of, and the unit says what it may.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program, top } from '../lib/server.mjs';

const place = mkdtempSync(join(tmpdir(), 'alting-scripts-'));
after(() => rmSync(place, { recursive: true, force: true }));

/** Runs apt_get of the scripts with an apt-get that is `body`. */
function aptGet(body) {
  writeFileSync(join(place, 'apt-get'), `#!/bin/sh\necho call >>${place}/calls\ncalls=$(wc -l <${place}/calls)\n${body}\n`);
  chmodSync(join(place, 'apt-get'), 0o755);
  rmSync(join(place, 'calls'), { force: true });
  const command = `set -euo pipefail; . script/lib/common.sh; as_root() { "$@"; }; apt_get update`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command, join(top, 'script/run')], {
    cwd: top, encoding: 'utf8', env: { ...process.env, PATH: `${place}:${process.env.PATH}`, APT_PAUSE: '0.1' } });
  return { status, out: stdout + stderr, calls: readFileSync(join(place, 'calls'), 'utf8').split('\n').length - 1 };
}

test('installing waits for another program that holds a lock of apt, and says so once', () => {
  const { status, out, calls } = aptGet("[ $calls -ge 4 ] || { echo 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1' >&2; exit 100; }");
  assert.equal(status, 0, out);
  assert.equal(calls, 4);
  assert.equal(out.match(/Another program is installing packages/g).length, 1);
});

test('installing ends at once on a fault that waiting does not mend', () => {
  const { status, out, calls } = aptGet("echo 'E: Unable to locate package nothing' >&2; exit 100");
  assert.equal(status, 100);
  assert.equal(calls, 1);
  assert.match(out, /Unable to locate/);
});

test('the list of parts names what the program loads, what is compiled in, and what reaches the browser', () => {
  const list = JSON.parse(execFileSync(join(top, 'script/sbom'), [program], { encoding: 'utf8', maxBuffer: 1 << 26 }));
  assert.equal(list.bomFormat, 'CycloneDX');
  const names = list.components.map(({ name }) => name);
  for (const name of ['libssl3', 'libsqlite3-0', 'libpq5', 'libarchive13', 'libtomlplusplus-dev', '@digdir/designsystemet-css']) {
    assert.ok(names.includes(name), `${name} is not in the list`);
  }
  for (const { name, version, purl } of list.components) {
    assert.ok(version, name);
    assert.match(purl, /^pkg:(deb|npm)\//);
  }
  assert.equal(new Set(names).size, names.length, 'a part is listed twice');
});

test('the unit for systemd forbids what the program never does', () => {
  const unit = readFileSync(join(top, 'script/alting.service'), 'utf8');
  for (const line of ['LimitCORE=0', 'UMask=0077', 'NoNewPrivileges=yes', 'CapabilityBoundingSet=', 'ProtectSystem=strict', 'ProtectHome=yes', 'MemoryDenyWriteExecute=yes',
                      'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6', 'SystemCallFilter=@system-service']) {
    assert.ok(unit.split('\n').includes(line), line);
  }
});
