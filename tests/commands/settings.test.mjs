// What is refused before a server starts: forms with mistakes, settings that are unknown, missing or not for production.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alting, top } from '../lib/server.mjs';

const place = mkdtempSync(join(tmpdir(), 'alting-settings-'));
after(() => rmSync(place, { recursive: true, force: true }));

test('the forms that come with the program have no faults', () => {
  for (const org of readdirSync(join(top, 'services'))) {
    for (const name of readdirSync(join(top, 'services', org))) {
      const { status, out } = alting(['check', join(top, 'services', org, name)]);
      assert.equal(status, 0, out);
    }
  }
});

test('check tells when the folder and its policy name different levels of login', () => {
  const folder = join(place, 'niva');
  cpSync(join(top, 'services/dat/veiledning'), folder, { recursive: true });
  const settings = join(folder, 'config/alting.json');
  const text = readFileSync(settings, 'utf8');
  const line = text.slice(0, text.indexOf('"minimumAuthenticationLevel"')).split('\n').length;
  writeFileSync(settings, text.replace('"minimumAuthenticationLevel": 3', '"minimumAuthenticationLevel": 4'));
  const { status, out } = alting(['check', folder]);
  assert.equal(status, 1);
  assert.match(out, new RegExp(`config/alting\\.json:${line}: minimumAuthenticationLevel is 4, but .* demands 3`));
});

test('check names file and line of a mistake', () => {
  const folder = join(place, 'form');
  cpSync(join(top, 'services/dat/veiledning'), folder, { recursive: true });
  const file = join(folder, 'ui/skjema/layouts/Sporsmal.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"sporsmal.emne"', '"sporsmal.finnes_ikke"'));
  const { status, out } = alting(['check', folder]);
  assert.equal(status, 1);
  assert.match(out, /Sporsmal\.json:\d+:/);
});

test('settings with an unknown or missing key are refused with file and line', () => {
  const file = join(place, 'alting.toml');
  writeFileSync(file, `data.path = "${join(place, 'data')}"\ndata.mode = "test"\nserver.public_url = "http://localhost:1"\ntest_issuer.port = 2\noperator.name = "x"\noperator.email = "x@example.org"\nserver.prot = 8080\n`);
  const unknown = alting(['serve', '--config', file]);
  assert.equal(unknown.status, 1);
  assert.match(unknown.out, /alting\.toml:7.*server\.prot/s);
  writeFileSync(file, 'data.mode = "test"\n');
  assert.equal(alting(['serve', '--config', file]).status, 1);
  writeFileSync(file, 'data.mode = \n');
  assert.match(alting(['serve', '--config', file]).out, /alting\.toml/);
  assert.ok(!existsSync(join(place, 'data')), 'a refused start has made a data folder');
});

test('the settings of the document are those of the program', () => {
  const document = readFileSync(join(top, 'docs/operator.md'), 'utf8');
  const begin = document.indexOf('| key | default | what |');
  assert.equal(document.slice(begin, document.indexOf('\n\n', begin) + 1), alting(['settings', '--markdown']).out,
               'docs/operator.md: put in what build/release/alting settings --markdown prints');
  const { status, out } = alting(['settings']);
  assert.equal(status, 0);
  assert.match(out, /^server\.port = 8080$/m);
  assert.match(out, /^data\.path {2}# must be set$/m);
});

test('a setting out of its bounds is refused with file and line', () => {
  const file = join(place, 'bounds.toml');
  writeFileSync(file, `data.path = "${join(place, 'bounds')}"\ndata.mode = "test"\nserver.public_url = "http://localhost:1"\nserver.workers = 0\n`);
  const { status, out } = alting(['serve', '--config', file]);
  assert.equal(status, 1);
  assert.match(out, /bounds\.toml:4: server\.workers: 1 to 1024/);
});

test('production refuses what exists in test mode only', () => {
  const file = join(place, 'production.toml');
  for (const line of ['test_issuer.port = 8081', 'data.population = true', 'server.public_url = "http://portal.example"']) {
    const url = line.startsWith('server') ? line : 'server.public_url = "https://portal.example"';
    writeFileSync(file, `data.path = "${join(place, 'production')}"\ndata.mode = "production"\n${url}\nlogin.issuer = "https://login.example"\nscanner.clamd = "/run/clamav/clamd.ctl"\noperator.name = "x"\noperator.email = "x@example.org"\n${line === url ? '' : line}\n`);
    const { status } = alting(['serve', '--config', file]);
    assert.equal(status, 1, line);
  }
});

test('production refuses plain HTTP where others can listen in, and doctor says so', () => {
  const file = join(place, 'plain.toml');
  const write = (...lines) => writeFileSync(file, `data.path = "${join(place, 'plain')}"\ndata.mode = "production"\nserver.public_url = "https://portal.example"\nscanner.clamd = "/run/clamav/clamd.ctl"\noperator.name = "x"\noperator.email = "x@example.org"\n${lines.join('\n')}\n`);
  const said = () => alting(['doctor', '--config', file]).out;
  write('login.issuer = "http://localhost:9"');
  assert.match(said(), /FAULT .*login\.issuer: https in production/);
  for (const address of ['0.0.0.0', '::', '192.0.2.1']) {
    write('login.issuer = "https://login.example"', `server.address = "${address}"`);
    assert.match(said(), /FAULT .*server\.address: plain HTTP in production/, address);
  }
  write('login.issuer = "https://login.example"', 'server.address = "::1"');
  assert.match(said(), /ok +settings/);
  write('login.issuer = "https://login.example"', 'server.address = "0.0.0.0"', 'server.tls_certificate = "/x"', 'server.tls_key = "/x"');
  assert.match(said(), /ok +settings/);
});

test('doctor says of production what is missing for anybody to be told by e-mail', () => {
  const file = join(place, 'untold.toml');
  const said = (...lines) => {
    writeFileSync(file, `data.path = "${join(place, 'untold')}"\ndata.mode = "production"\nserver.public_url = "https://portal.example"\nlogin.issuer = "https://login.example"\nscanner.clamd = "/run/clamav/clamd.ctl"\noperator.name = "x"\noperator.email = "x@example.org"\n${lines.join('\n')}\n`);
    return alting(['doctor', '--config', file]).out;
  };
  const all = ['mail.relay', 'krr.url', 'enhetsregisteret.contacts_url'];
  const missing = (out) => all.filter((name) => new RegExp(`^FAULT {2}notices: ${name} is not set: `, 'm').test(out));
  assert.deepEqual(missing(said()), all);
  assert.deepEqual(missing(said('krr.url = "https://127.0.0.1:9"', 'mail.relay = "smtp://127.0.0.1:9"', 'mail.from = "ikke-svar@portal.example"')), ['enhetsregisteret.contacts_url']);
  assert.deepEqual(missing(alting(['doctor']).out), [], 'a demo keeps its mail, and has registers of its own');
});

test('production refuses a database elsewhere that nobody proves to be ours, and sessions without bounds', () => {
  const file = join(place, 'elsewhere.toml');
  const said = (...lines) => {
    writeFileSync(file, `data.path = "${join(place, 'elsewhere')}"\ndata.mode = "production"\nserver.public_url = "https://portal.example"\nlogin.issuer = "https://login.example"\nscanner.clamd = "/run/clamav/clamd.ctl"\noperator.name = "x"\noperator.email = "x@example.org"\n${lines.join('\n')}\n`);
    return alting(['doctor', '--config', file]).out;
  };
  for (const where of ['host=db.example.no dbname=alting', 'postgresql://alting:hemmelig@db.example.no/alting?sslmode=require', 'host=/run/postgresql,10.1.2.3'])
    assert.match(said(`data.postgresql = "${where}"`), /FAULT .*data\.postgresql: sslmode=verify-full in production/, where);
  assert.doesNotMatch(said('data.postgresql = "host=db.example.no passwort=hemmelig"'), /hemmelig/);
  for (const where of ['host=/run/postgresql dbname=alting', 'host=localhost dbname=alting', 'postgresql://alting@db.example.no/alting?sslmode=verify-full'])
    assert.match(said(`data.postgresql = "${where}"`), /ok +settings/, where);
  for (const line of ['login.idle_minutes = 9', 'login.idle_minutes = 241', 'login.longest_hours = 0', 'login.longest_hours = 25', 'login.longest_hours = 1\nlogin.idle_minutes = 61'])
    assert.match(said(line), /FAULT .*login\.(idle_minutes|longest_hours)/, line);
  assert.match(said('login.idle_minutes = 15', 'login.longest_hours = 4'), /ok +settings/);
});
