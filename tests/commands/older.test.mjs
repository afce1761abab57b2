// What a program of an earlier day left (tests/older) is what the program of today starts on: it migrates, shows all there was, goes on with
// it, and the receipts people kept verify as they did.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, form } from '../lib/client.mjs';
import { Server, alting, top } from '../lib/server.mjs';
import { Tree, logOf, readReceipt } from '../lib/tlog.mjs';

const samples = join(top, 'tests/older');
const archives = readdirSync(samples).filter((name) => name.endsWith('.tar.gz'));

test('there is a data folder of an older program to try', () => {
  assert.ok(archives.length > 0, 'make one: tests/older/make NAME');
});

for (const archive of archives) {
  test(`the data folder ${archive} starts, works, and its receipts verify`, async () => {
    const server = await Server.demo({ start: false });
    try {
      execFileSync('tar', ['--extract', '--gzip', '--no-same-owner', '--file', join(samples, archive), '--directory', server.folder]);
      const kept = (name) => join(server.folder, 'kept', name);
      const { manager, company, party, other, drafts, sent } = JSON.parse(readFileSync(kept('sample.json'), 'utf8'));
      assert.ok(drafts.length > 0 && sent.length > 0);
      server.configure();
      await server.start();
      const client = new Client(server.origin);
      await client.login(manager);
      assert.equal(await client.chooseParty(company), party);

      const old = new Map(sent.map(({ id }) => [id, readFileSync(kept(`${id}.receipt.json`), 'utf8')]));
      const proved = async (receipts) => {
        const tree = await Tree.read(await logOf(new Client(server.origin)));
        for (const [id, text] of receipts) assert.equal(tree.fault(readReceipt(text)) || '', '', `the receipt of ${id} is not proved by the tree`);
      };
      const verified = (receipt, ...words) => {
        const { status, out } = alting(['verify', receipt, ...words, '--key', kept('vkey-1')]);
        assert.equal(status, 0, out);
      };
      await proved(old);
      for (const { id, word, files } of sent) {
        verified(kept(`${id}.receipt.json`), kept(`${id}.document.json`));
        const document = await client.get(`/a/${party}/sak/${id}/skjema.json`, { binary: true });
        assert.equal(document.status, 200);
        assert.ok(document.octets.equals(readFileSync(kept(`${id}.document.json`))), `the document of "${word}" is another`);
        const [before, now] = [readReceipt(old.get(id)), readReceipt(await client.receipt(party, id))];
        assert.deepEqual([now.entryText, now.salt, now.index], [before.entryText, before.salt, before.index], `the receipt of "${word}" speaks of another entry`);
        const listed = JSON.parse(document.octets.toString('utf8')).attachments ?? [];
        assert.deepEqual(listed.map((one) => [one.fileName, one.sha256]), files.map((one) => [one.name, one.sha256]));
        for (const one of listed) assert.equal((await client.get(`/a/${party}/sak/${id}/vedlegg/${one.id}`, { binary: true })).status, 200);
      }
      verified(kept(`${sent.at(-1).id}.receipt.json`), '--key', kept('vkey-2'));

      for (const draft of drafts) {
        const page = await client.get(`/a/${party}/utkast/${draft.id}/side/${draft.page}`);
        assert.equal(page.status, 200);
        const there = Object.fromEntries(form(page.body, '#form-page').fields);
        for (const [name, value] of Object.entries(draft.values ?? {})) assert.equal(there[name], value);
        if (draft.file) assert.ok(page.body.includes(draft.file), `the file ${draft.file} is gone`);
      }
      const friend = new Client(server.origin);
      await friend.login(other.number);
      assert.equal(await friend.chooseParty(company), party, 'access that was given');

      // It goes on: a draft of then is filled in and sent now, and all of it holds when the program starts again.
      const { id, page: name } = drafts.find((one) => one.app === 'dat/veiledning');
      const contact = await client.fill(await client.get(`/a/${party}/utkast/${id}/side/${name}`), { 'sporsmal.emne': 'Sendt lenge etter' });
      assert.equal(contact.status, 200);
      await client.fill(contact, { 'kontakt.navn': manager, 'kontakt.svar': 'innboks' });
      await client.send(party, id);
      const receipt = await client.receipt(party, id);
      writeFileSync(kept(`${id}.receipt.json`), receipt);
      verified(kept(`${id}.receipt.json`));
      assert.equal((await server.stop()).code, 0);
      const checked = alting(['log', 'check', ...server.where]);
      assert.equal(checked.status, 0, checked.out);
      await server.start();
      await proved([...old, [id, receipt]]);
      assert.equal((await client.get(`/a/${party}/sak/${sent[0].id}/kvittering`)).status, 200);
    } finally {
      await server.remove();
    }
  });
}
