// Golden snapshots of what an interface answers: kept in the repository, made by the program itself, compared to the letter.
//
//   compareGolden(new URL('./golden/storage-instance.json', import.meta.url), named(answer, { [id]: 'instance', [party]: 'party' }));
//
// UPDATE_GOLDEN=1 writes them anew; look at the difference before it is kept.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const time = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g;
const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;

/** The value with what differs from run to run replaced: what `names` has (literal -> name) by "<name>", every other moment by "<time>",
 *  every other UUID by "<uuid>". A literal counts where no letter or digit stands beside it; the longest go first. */
export function named(value, names) {
  const known = Object.entries(names).sort(([a], [b]) => b.length - a.length)
    .map(([literal, name]) => [new RegExp(`(?<![0-9A-Za-z])${literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![0-9A-Za-z])`, 'g'), `<${name}>`]);
  const inText = (text) => known.reduce((all, [literal, name]) => all.replace(literal, name), text).replace(time, '<time>').replace(uuid, '<uuid>');
  const inAll = (one) => {
    if (typeof one === 'string') return inText(one);
    if (Array.isArray(one)) return one.map(inAll);
    if (one && typeof one === 'object') return Object.fromEntries(Object.entries(one).map(([key, inside]) => [inText(key), inAll(inside)]));
    return one;
  };
  return inAll(value);
}

export function compareGolden(file, value) {
  const path = fileURLToPath(file);
  const text = JSON.stringify(value, null, 2) + '\n';
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return;
  }
  assert.ok(existsSync(path), `${path} is not there: UPDATE_GOLDEN=1 makes it`);
  assert.equal(text, readFileSync(path, 'utf8'), `${path} has it otherwise`);
}
