// Fills a data folder as people would, and packs it: see README.md.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Client, form } from '../lib/client.mjs';
import { Server, alting, sleep, top } from '../lib/server.mjs';

const [name] = process.argv.slice(2);
if (!/^[a-z0-9][a-z0-9.-]*$/.test(name ?? '')) throw new Error('tests/older/make NAME: a name of small letters, digits, "-" and "."');
const archive = join(top, `tests/older/${name}.tar.gz`);
if (existsSync(archive)) throw new Error(`${archive} is there: what older programs left is not made again`);

const manager = 'Modig Måltrost', company = 'Fjord og Fjell AS';
const other = { number: '03899146556', surname: 'Elvebredd' };
const guidance = 'dat/veiledning', breach = 'dat/avviksmelding';
const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
const expect = (condition, what) => { if (!condition) throw new Error(what); };

const server = await Server.demo({ start: false });
try {
  server.configure();
  await server.start();
  const kept = join(server.folder, 'kept');
  mkdirSync(kept);
  const client = new Client(server.origin);
  await client.login(manager);
  const party = await client.chooseParty(company);
  const questions = (word) => ({ 'sporsmal.tema': 'annet', 'sporsmal.emne': word, 'sporsmal.tekst': `${word}: blåbærsyltetøy på Å.` });

  const key = async (file) => writeFileSync(join(kept, file), (await client.get('/log/vkey')).body);
  const attach = async (page, tag, file) => {
    const done = await client.submit(page, form(page.body, '#form-page'), { 'tag:vedlegg': tag }, { button: { name: 'upload', value: 'vedlegg' }, files: [{ field: 'file:vedlegg', ...file }] });
    expect(done.status === 200 && done.body.includes(file.name), `the file ${file.name} was not taken (${done.status})`);
    return done;
  };
  const send = async (word, file) => {
    const { id, page } = await client.start(party, guidance);
    const first = file ? await attach(page, 'brev', file) : page;
    const contact = await client.fill(first, questions(word));
    await client.fill(contact, { 'kontakt.navn': manager, 'kontakt.svar': 'innboks' });
    await client.send(party, id);
    writeFileSync(join(kept, `${id}.receipt.json`), await client.receipt(party, id));
    const document = await client.get(`/a/${party}/sak/${id}/skjema.json`, { binary: true });
    expect(document.status === 200, `the document of ${id} answers ${document.status}`);
    writeFileSync(join(kept, `${id}.document.json`), document.octets);
    return { id, word, files: file ? [{ name: file.name, sha256: createHash('sha256').update(file.data).digest('hex') }] : [] };
  };

  const drafts = [];
  {
    const { id, page } = await client.start(party, guidance);
    const values = questions('Et utkast');
    expect((await client.fill(page, values)).status === 200, 'the draft was not saved');
    drafts.push({ id, app: guidance, page: 'Sporsmal', values });
  }
  {
    const { id } = await client.start(party, breach);
    const file = { name: 'vedlagt.txt', type: 'text/plain', data: Buffer.from('Alt er i orden.\n') };
    await attach(await client.get(`/a/${party}/utkast/${id}/side/Vedlegg`), 'annet', file);
    drafts.push({ id, app: breach, page: 'Vedlegg', file: file.name });
  }
  const sent = [await send('Sendt først'), await send('Sendt med vedlegg', { name: 'brev.pdf', type: 'application/pdf', data: pdf })];
  const access = await client.get(`/a/${party}/tilgang`);
  const given = await client.submit(access, form(access.body, '/tilgang/gi'), { fnr: other.number, etternavn: other.surname, hva: `skjema:${breach}` });
  expect(given.status === 200 && given.body.includes(other.surname), `access was not given (${given.status})`);
  await key('vkey-1');
  const rotated = alting(['keys', '--rotate', ...server.where]);
  expect(rotated.status === 0, rotated.out);
  await key('vkey-2');
  sent.push(await send('Sendt til slutt'));

  await sleep(6_000);  // one's own reads are written in batches
  const how = await server.stop();
  expect(how.code === 0, `the server ended with ${how.code ?? how.signal}`);
  writeFileSync(join(kept, 'sample.json'), `${JSON.stringify({ manager, company, party, other, drafts, sent }, null, 2)}\n`);
  // Locks, and memory that processes shared, are of the moment only.
  execFileSync('tar', ['--create', '--file', join(server.folder, 'sample.tar'), '--directory', server.folder, '--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0',
                       '--exclude=data/lock', '--exclude=*.lock', '--exclude=*-shm', 'data', 'kept']);
  execFileSync('gzip', ['-9', '--no-name', join(server.folder, 'sample.tar')]);
  const size = statSync(join(server.folder, 'sample.tar.gz')).size;
  expect(size < 1_000_000, `${size} octets are too many for the repository`);
  execFileSync('cp', [join(server.folder, 'sample.tar.gz'), archive]);
  console.log(`${archive}: ${size} octets`);
} catch (error) {
  rmSync(archive, { force: true });
  throw error;
} finally {
  await server.remove();
}
