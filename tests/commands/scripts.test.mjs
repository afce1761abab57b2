// What stands around the program: the scripts wait for apt and list what it is made of, the binary is hardened, and the unit says what it may.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plant, planted } from '../lib/house.mjs';
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

const { NODE_TEST_CONTEXT: ours, ...outside } = process.env;  // with it, node --test runs no tests: it takes itself for one of ours

/** A house whose fuzz targets and tools are stand-ins that note how they are called; and with `more` files. */
function fuzzHouse(more = {}) {
  const tree = join(place, 'fuzz');
  rmSync(tree, { recursive: true, force: true });
  plant(tree, {
    ...planted('script/fuzz', 'script/test', 'script/lib/common.sh', 'script/packages.txt', 'script/packages-fuzz.txt', 'script/packages-test.txt'),
    'src/base/json_fuzz.cpp': '', 'src/paper/zip_fuzz.cpp': '', 'tests/fuzz/corpus/json/a.seed': '1', 'tests/fuzz/corpus/zip/a.seed': '1',
    'build/fuzz/json_fuzz': '', 'build/fuzz/zip_fuzz': '', 'build/fuzz/json_fuzz_seeded': 'found the planted fault', 'build/fuzz/zip_fuzz_seeded': 'found the planted fault',
    'bin/cmake': '', 'bin/dpkg-query': 'installed', 'bin/npm': '', 'tests/package-lock.json': '', 'tests/node_modules/.alting-lock': '', 'build/release/build.ninja': '',
    ...more,
  });
  for (const name of ['build/fuzz/json_fuzz', 'build/fuzz/zip_fuzz', 'build/fuzz/json_fuzz_seeded', 'build/fuzz/zip_fuzz_seeded', 'bin/cmake', 'bin/dpkg-query', 'bin/npm']) {
    const said = readFileSync(join(tree, name), 'utf8');
    writeFileSync(join(tree, name), `#!/bin/sh\n${/dpkg/.test(name) ? '' : `echo "${name} $*" >>${tree}/calls\n`}echo ${said}\n${said.startsWith('found') ? 'exit 1\n' : ''}`);
    chmodSync(join(tree, name), 0o755);
  }
  chmodSync(join(tree, 'script/fuzz'), 0o755);
  symlinkSync(process.execPath, join(tree, 'bin/node'));  // the script puts its folder before others
  return {
    run: (script, ...words) => {
      rmSync(join(tree, 'calls'), { force: true });
      const { status, stdout, stderr } = spawnSync('bash', [join(tree, script), ...words], { encoding: 'utf8', env: { ...outside, PATH: `${tree}/bin:${process.env.PATH}` } });
      const calls = existsSync(join(tree, 'calls')) ? readFileSync(join(tree, 'calls'), 'utf8').split('\n').filter(Boolean) : [];
      return { status, out: stdout + stderr, builds: calls.filter((line) => /^bin\/cmake .*build\/fuzz/.test(line)), runs: calls.filter((line) => line.startsWith('build/')).map((line) => line.split(' ')[0]) };
    },
  };
}

test('fuzz targets are built by themselves, run without a build, and both unless told', () => {
  const { run } = fuzzHouse();
  const built = run('script/fuzz', '--build-only');
  assert.equal(built.status, 0, built.out);
  assert.match(built.builds.join('\n'), /^[^\n]*--target json_fuzz json_fuzz_seeded zip_fuzz zip_fuzz_seeded$/);
  assert.deepEqual(built.runs, []);
  const ran = run('script/fuzz', '--built', 'zip', '1');
  assert.equal(ran.status, 0, ran.out);
  assert.deepEqual([ran.builds, ran.runs], [[], ['build/fuzz/zip_fuzz_seeded', 'build/fuzz/zip_fuzz']]);
  const both = run('script/fuzz', 'zip', '1');
  assert.equal(both.status, 0, both.out);
  assert.match(both.builds.join('\n'), /^[^\n]*--target zip_fuzz zip_fuzz_seeded$/);
  assert.deepEqual(both.runs, ran.runs);
});

test('the tests build the fuzz targets once, and count each', () => {
  const { status, out, builds, runs } = fuzzHouse().run('script/test', '--only', 'fuzz');
  assert.equal(status, 0, out);
  assert.equal(builds.length, 1, builds.join('\n'));
  assert.deepEqual(runs, ['build/fuzz/json_fuzz_seeded', 'build/fuzz/json_fuzz', 'build/fuzz/zip_fuzz_seeded', 'build/fuzz/zip_fuzz']);
  assert.match(out, /\n2 passed, 0 failed\n$/);
});

test('the files of tests run those of the browser apart when asked, know whether it is the long run, and what failed is named', () => {
  const says = (name, holds) => `import { test } from 'node:test';\nimport assert from 'node:assert/strict';\ntest('${name}', () => assert.ok(${holds}));\n`;
  const { run } = fuzzHouse({ 'tests/browser/a.test.mjs': says('a page', "process.env.ALTING_LONG === 'yes'"), 'tests/browser/person.mjs': 'throw new Error();',
                              'tests/commands/b.test.mjs': says('a command', "process.env.ALTING_LONG === 'no'"), 'tests/node_modules/c.test.mjs': 'throw new Error();' });
  const commands = run('script/test', '--only', 'integration');
  assert.equal(commands.status, 0, commands.out);
  assert.match(commands.out, /\n1 passed, 0 failed\n$/);
  const pages = run('script/test', '--long', '--only', 'browser');
  assert.equal(pages.status, 0, pages.out);
  assert.match(pages.out, /\n1 passed, 0 failed\n$/);
  const short = run('script/test', '--only', 'browser');
  assert.equal(short.status, 1, short.out);
  assert.match(short.out, /\nFAILED: browser: a page: The expression evaluated to a falsy value:\n[^]*\n0 passed, 1 failed\n$/);
});

test('the list of parts names what the program loads, what is compiled in, and what reaches the browser', () => {
  const list = JSON.parse(execFileSync(join(top, 'script/sbom'), [program], { encoding: 'utf8', maxBuffer: 1 << 26 }));
  assert.equal(list.bomFormat, 'CycloneDX');
  const names = list.components.map(({ name }) => name);
  for (const name of ['libssl3', 'libsqlite3-0', 'libpq5', 'libarchive13', 'libtomlplusplus-dev', 'libcli11-dev', 'libboost1.81-dev', '@digdir/designsystemet-css']) {
    assert.ok(names.includes(name), `${name} is not in the list`);
  }
  for (const { name, version, purl } of list.components) {
    assert.ok(version, name);
    assert.match(purl, /^pkg:(deb|npm)\//);
  }
  assert.equal(new Set(names).size, names.length, 'a part is listed twice');
  // Nothing of it is written by hand: what is compiled in follows from what is built with and what the sources include.
  assert.doesNotMatch(readFileSync(join(top, 'script/sbom'), 'utf8'), /tomlplusplus|cli11|boost/);
  assert.deepEqual(names.filter((name) => /gtest|gmock|rapidcheck/.test(name)), [], 'what only tests are made of is no part');
});

test('the program is hardened: canaries, checked libc calls, early binding, no executable stack, branch targets', () => {
  const readelf = (...words) => execFileSync('readelf', ['--wide', ...words, program], { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: 'C' } });
  assert.match(readelf('--file-header'), /Type:\s+DYN/, 'its place in memory is not chosen anew at each start');
  assert.match(readelf('--dynamic'), /BIND_NOW|Flags:.*NOW/);
  assert.match(readelf('--program-headers'), /GNU_RELRO/);
  assert.match(readelf('--program-headers'), /GNU_STACK.* RW /);
  const names = readelf('--dyn-syms');
  assert.match(names, /__stack_chk_fail/);
  assert.match(names, /__\w+_chk\b/);
  // The code has its landing pads (endbr64). The note that says so of the whole program is there only where the C library's
  // start files have theirs, too: Debian 12's have not.
  if (process.arch === 'x64') {
    const code = readFileSync(program);
    const pad = Buffer.from([0xf3, 0x0f, 0x1e, 0xfa]);
    let pads = 0;
    for (let at = code.indexOf(pad); at >= 0; at = code.indexOf(pad, at + 4)) pads += 1;
    assert.ok(pads > 5_000, `${pads} landing pads`);
  }
});

test('the unit for systemd forbids what the program never does', () => {
  const unit = readFileSync(join(top, 'script/alting.service'), 'utf8');
  for (const line of ['LimitCORE=0', 'UMask=0077', 'NoNewPrivileges=yes', 'CapabilityBoundingSet=', 'ProtectSystem=strict', 'ProtectHome=yes', 'MemoryDenyWriteExecute=yes',
                      'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6', 'SystemCallFilter=@system-service']) {
    assert.ok(unit.split('\n').includes(line), line);
  }
  // The server writes backups: the folder that the operator is told of is one it may write in.
  const backup = /^build\/release\/alting backup (\S+)/m.exec(readFileSync(join(top, 'docs/operator.md'), 'utf8'))[1];
  assert.match(unit, new RegExp(`^ReadWritePaths=.*-?${backup}\\b`, 'm'));
});
