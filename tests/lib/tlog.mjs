// Reads the public log (C2SP tlog-tiles, RFC 6962) and checks receipts against it, from the formats alone.
import { createHash } from 'node:crypto';

const sha256 = (...parts) => { const hash = createHash('sha256'); for (const part of parts) hash.update(part); return hash.digest(); };
const leafHash = (data) => sha256(Buffer.from([0]), data);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);

/** A receipt's parts: {index, size, root, origin, leaf, entry, entryText, key}. `leaf` is the leaf's hash in the tree. */
export function readReceipt(text) {
  const receipt = JSON.parse(text);
  if (receipt.format !== 'alting.receipt/1') throw new Error(`not a receipt: ${receipt.format}`);
  // The entry stands in the receipt in its canonical form (RFC 8785), which JSON.stringify keeps.
  const entryText = JSON.stringify(receipt.entry);
  if (!text.includes(`"entry":${entryText},"format"`)) throw new Error('the entry is not in canonical form');
  const commitment = sha256(Buffer.from(receipt.salt, 'base64'), entryText);
  const [proof, checkpoint] = split(receipt.proof);
  const lines = proof.split('\n');
  if (lines[0] !== 'c2sp.org/tlog-proof@v1') throw new Error('not a tlog-proof');
  const index = Number(/^index (\d+)$/.exec(lines[1])[1]);
  return { index, hashes: lines.slice(2).filter(Boolean).map((line) => Buffer.from(line, 'base64')), ...readCheckpoint(checkpoint), leaf: leafHash(commitment),
           entry: receipt.entry, entryText, salt: receipt.salt, disclosed: receipt.disclosed, key: receipt.keys.at(-1).vkey };
}

function split(text) {
  const at = text.indexOf('\n\n');
  return [text.slice(0, at + 1), text.slice(at + 2)];
}

export function readCheckpoint(note) {
  const [origin, size, root] = note.split('\n');
  return { origin, size: Number(size), root: Buffer.from(root, 'base64') };
}

/** RFC 9162 section 2.1.3.2: the root that the proof leads to. */
export function rootFromInclusion(leaf, index, size, proof) {
  let [fn, sn, hash] = [index, size - 1, leaf];
  if (index >= size) return null;
  for (const one of proof) {
    if (sn === 0) return null;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(one, hash);
      while (fn % 2 === 0 && fn !== 0) { fn = Math.floor(fn / 2); sn = Math.floor(sn / 2); }
    } else {
      hash = nodeHash(hash, one);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 ? hash : null;
}

function tilePath(number, width) {
  const groups = [String(number % 1000).padStart(3, '0')];
  for (let rest = Math.floor(number / 1000); rest > 0; rest = Math.floor(rest / 1000)) groups.unshift('x' + String(rest % 1000).padStart(3, '0'));
  return `tile/0/${groups.join('/')}${width < 256 ? `.p/${width}` : ''}`;
}

/** The whole tree as it is published now. */
export class Tree {
  /** `get(path)` returns the octets at a path of the log ("checkpoint", "tile/0/000"). */
  static async read(get) {
    const tree = new Tree();
    Object.assign(tree, readCheckpoint((await get('checkpoint')).toString('utf8')));
    tree.levels = [[]];
    for (let number = 0; number * 256 < tree.size; number += 1) {
      const width = Math.min(256, tree.size - number * 256);
      const octets = await get(tilePath(number, width));
      if (octets.length !== width * 32) throw new Error(`tile ${number} has ${octets.length} octets, not ${width * 32}`);
      for (let i = 0; i < width; i += 1) tree.levels[0].push(octets.subarray(32 * i, 32 * i + 32));
    }
    for (let level = 0; tree.levels[level].length > 1; level += 1) {
      const below = tree.levels[level];
      const above = [];
      for (let i = 0; i + 1 < below.length; i += 2) above.push(nodeHash(below[i], below[i + 1]));
      tree.levels.push(above);
    }
    if (!tree.rootAt(tree.size).equals(tree.root)) throw new Error('the published tiles do not lead to the published root');
    return tree;
  }

  /** The root of the first `size` leaves. */
  rootAt(size) {
    if (size === 0) return sha256('');
    const parts = [];
    for (let level = this.levels.length - 1, at = 0; level >= 0; level -= 1) {
      const width = 2 ** level;
      if (size - at >= width) {
        parts.push(this.levels[level][at / width]);
        at += width;
      }
    }
    return parts.reduceRight((right, left) => nodeHash(left, right));
  }

  /** What is wrong with a receipt (as readReceipt gives it) in the light of this tree, or "". */
  fault(receipt) {
    if (receipt.origin !== this.origin) return `it is of another log (${receipt.origin})`;
    if (receipt.size > this.size) return `its tree has ${receipt.size} leaves, the log only ${this.size}`;
    if (!this.levels[0][receipt.index].equals(receipt.leaf)) return `leaf ${receipt.index} is another entry`;
    if (!this.rootAt(receipt.size).equals(receipt.root)) return `the tree of ${receipt.size} leaves had another root`;
    const root = rootFromInclusion(receipt.leaf, receipt.index, receipt.size, receipt.hashes);
    return root && root.equals(receipt.root) ? '' : 'its proof does not lead to its root';
  }
}

/** Reads the log that the portal publishes: logOf(client)("checkpoint"). */
export async function logOf(client) {
  return async (path) => {
    const one = await client.get(`/log/${path}`, { binary: true });
    if (one.status !== 200) throw new Error(`/log/${path} answers ${one.status}`);
    return one.octets;
  };
}
