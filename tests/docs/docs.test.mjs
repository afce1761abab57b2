// Runs the commands of the documents that are marked as tested: ```sh blocks whose first line is "# tested".
//
// They run in a scratch folder that looks like the repository, with what a reader would have by then: a demo that is running, and in
// the folder receipt.json and document.json of something sent. The demo's ports are others than the document's (8080, 8081 and 8082).
// Blocks of one document run in order, in one shell.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync, symlinkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '../lib/client.mjs';
import { Server, program, top } from '../lib/server.mjs';

const documents = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(top, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];
const blocks = (text) => [...text.matchAll(/```sh\n# tested\n([\s\S]*?)```/g)].map(([, block]) => block);

let server;
let place;

before(async () => {
  server = await Server.demo();
  place = join(server.folder, 'place');
  mkdirSync(place);
  for (const name of ['docs', 'script', 'services', 'texts', 'tests']) symlinkSync(join(top, name), join(place, name));
  mkdirSync(join(place, 'build/release'), { recursive: true });
  symlinkSync(program, join(place, 'build/release/alting'));
  mkdirSync(join(place, 'data'));
  symlinkSync(join(server.folder, 'data'), join(place, 'data/demo'));  // where commands look for the demo
  // The way of the README, with the small form.
  const client = new Client(server.origin);
  await client.login('Modig Måltrost');
  const party = await client.chooseParty('Fjord og Fjell AS');
  const { id, page } = await client.start(party, 'dat/veiledning');
  await client.fill(page, { 'sporsmal.tema': 'annet', 'sporsmal.emne': 'Et spørsmål', 'sporsmal.tekst': 'Hva gjør vi nå?' });
  await client.fill(await client.get(`/a/${party}/utkast/${id}/side/Kontakt`), { 'kontakt.navn': 'Modig Måltrost', 'kontakt.svar': 'innboks' });
  await client.send(party, id);
  writeFileSync(join(place, 'receipt.json'), await client.receipt(party, id));
  const document = await client.get(`/a/${party}/sak/${id}/skjema.json`, { binary: true });
  assert.equal(document.status, 200);
  writeFileSync(join(place, 'document.json'), document.octets);
});

after(async () => server?.remove());

for (const name of documents) {
  const found = blocks(readFileSync(join(top, name), 'utf8'));
  if (found.length === 0) continue;
  test(`the commands of ${name} that are marked as tested succeed`, async () => {
    const script = [0, 1, 2].reduce((text, next) => text.replaceAll(`localhost:${8080 + next}`, `localhost:${server.port + next}`), `set -eu\n${found.join('\n')}`);
    const { error, out } = await new Promise((done) => execFile('bash', ['-c', script], { cwd: place, timeout: 120_000 }, (failed, stdout, stderr) => done({ error: failed, out: stdout + stderr })));
    assert.equal(error, null, out);
  });
}
