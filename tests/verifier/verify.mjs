#!/usr/bin/env node
// A second verifier of receipts, written from docs/receipt-format.md alone. Node 20 or newer, no dependencies.
//
//   node verify.mjs RECEIPT [FILES...] [--key VKEY|FILE]... [--json]
//   node verify.mjs --lines    reads lines of {"receipt","keys","documents"} (base64 receipt), writes one line of JSON for each
//
// Exit status: 0 verified, 2 intact but the signer is unknown, 1 broken, 64 a command that makes no sense, 66 a file that is not there.
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const LARGEST_FILE = 1048576;
const LARGEST_NOTE = 65536;
const DEEPEST = 16;
const MOST_VALUES = 50000;

class Broken extends Error {}
const insist = (holds, what) => {
  if (!holds) throw new Broken(what);
};
const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const hasExactly = (value, names) =>
  isObject(value) && Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));

function unbase64(text, size) {
  insist(typeof text === 'string', 'base64 expected');
  const octets = Buffer.from(text, 'base64');
  insist(octets.toString('base64') === text, 'not strict base64');
  insist(size === undefined || octets.length === size, 'wrong length');
  return octets;
}

function decimal(text) {
  insist(/^(0|[1-9][0-9]{0,15})$/.test(text), 'not a decimal number');
  const number = Number(text);
  insist(Number.isSafeInteger(number), 'number too large');
  return number;
}

// RFC 8785 for what receipts hold: integers below 2^53, strings without lone surrogates; with the limits on depth and number.
function canonical(value) {
  let values = 0;
  const text = (string) => {
    insist(string.isWellFormed(), 'a lone surrogate');
    return JSON.stringify(string);
  };
  const write = (one, depth) => {
    insist(depth <= DEEPEST && ++values <= MOST_VALUES, 'nested too deep, or too many values');
    if (one === null || typeof one === 'boolean') return JSON.stringify(one);
    if (typeof one === 'number') {
      insist(Number.isSafeInteger(one) && !Object.is(one, -0), 'not an integer below 2^53');
      return String(one);
    }
    if (typeof one === 'string') return text(one);
    if (Array.isArray(one)) return `[${one.map((item) => write(item, depth + 1)).join(',')}]`;
    const names = Object.keys(one).sort();  // by UTF-16 code units
    return `{${names.map((name) => `${text(name)}:${write(one[name], depth + 1)}`).join(',')}}`;
  };
  return write(value, 0);
}

const isKeyName = (name) => /^[\x21-\x2a\x2c-\x7e]{1,200}$/.test(name);

function parseKey(text) {
  insist(typeof text === 'string', 'a verifier key is a string');
  const first = text.indexOf('+');
  insist(first > 0 && text[first + 9] === '+', 'malformed verifier key');
  const name = text.slice(0, first);
  insist(isKeyName(name), 'malformed key name');
  const material = unbase64(text.slice(first + 10), 33);
  insist(material[0] === 1 || material[0] === 4, 'unknown type of key');
  const id = sha256(name, '\n', material).subarray(0, 4).toString('hex');
  insist(text.slice(first + 1, first + 9) === id, 'the key id does not fit the key');
  return { text, name, id, type: material[0], octets: material.subarray(1) };
}

// A key of another type: it can be named, and counts for nothing.
function parseUncheckedKey(text) {
  insist(typeof text === 'string' && text.length <= 8192, 'malformed verifier key');
  const first = text.indexOf('+');
  insist(first > 0 && text[first + 9] === '+' && isKeyName(text.slice(0, first)), 'malformed verifier key');
  const id = text.slice(first + 1, first + 9);
  insist(/^[0-9a-f]{8}$/.test(id), 'malformed key id');
  const material = unbase64(text.slice(first + 10));
  insist(material.length >= 2 && material[0] !== 1 && material[0] !== 4, 'not a key of another type');
  return { name: text.slice(0, first), id, type: material[0] };
}

// What of the texts can be read that way, in order.
const readable = (texts, parse) =>
  texts.flatMap((text) => {
    try {
      return [parse(text)];
    } catch {
      return [];
    }
  });

function ed25519(key, message, signature) {
  if (signature.length !== 64) return false;
  try {
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.octets]);
    return verifySignature(null, message, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature);
  } catch {
    return false;
  }
}

function parseNote(note) {
  insist(Buffer.byteLength(note) <= LARGEST_NOTE && note.endsWith('\n'), 'malformed note');
  const split = note.lastIndexOf('\n\n');
  insist(split > 0, 'a note without signatures');
  const text = note.slice(0, split + 1);
  // eslint-disable-next-line no-control-regex
  insist(!/[\x00-\x09\x0b-\x1f]/.test(text), 'control characters in a note');
  const lines = note.slice(split + 2).split('\n');
  insist(lines.pop() === '' && lines.length >= 1 && lines.length <= 16, 'a note has 1 to 16 signatures');
  const signatures = lines.map((line) => {
    insist(line.startsWith('\u2014 '), 'malformed signature line');
    const blank = line.indexOf(' ', 2);
    insist(blank > 0, 'malformed signature line');
    const name = line.slice(2, blank);
    insist(isKeyName(name), 'malformed key name');
    const octets = unbase64(line.slice(blank + 1));
    insist(octets.length >= 5, 'signature too short');
    return { name, id: octets.subarray(0, 4).toString('hex'), octets: octets.subarray(4) };
  });
  return { text, signatures };
}

function parseCheckpoint(text) {
  const lines = text.split('\n');
  insist(lines.length === 4 && lines[3] === '' && isKeyName(lines[0]), 'malformed checkpoint');
  return { origin: lines[0], size: decimal(lines[1]), root: unbase64(lines[2], 32) };
}

function parseProof(text) {
  insist(typeof text === 'string' && text.startsWith('c2sp.org/tlog-proof@v1\n'), 'not a tlog-proof');
  const blank = text.indexOf('\n\n');
  insist(blank > 0, 'malformed tlog-proof');
  const lines = text.slice(0, blank).split('\n').slice(1);
  insist(lines.length >= 1 && lines[0].startsWith('index ') && lines.length <= 63, 'malformed tlog-proof');
  const note = parseNote(text.slice(blank + 2));
  return { index: decimal(lines[0].slice(6)), hashes: lines.slice(1).map((line) => unbase64(line, 32)), note, checkpoint: parseCheckpoint(note.text) };
}

// What a receipt and the announcement of a key have in common.
function parseProved(from) {
  const entry = from.entry;
  insist(isObject(entry) && entry.format === 'alting.entry/1', 'not an entry of a known format');
  for (const name of ['at', 'id', 'kind', 'logged', 'origin'])
    insist(typeof entry[name] === 'string' && entry[name] !== '', `the entry has no ${name}`);
  return { entry, salt: unbase64(from.salt, 32), proof: parseProof(from.proof) };
}

// RFC 9162 section 2.1.3.2, with numbers that may pass 2^32.
function isIncluded({ entry, salt, proof }) {
  const { index, hashes, checkpoint } = proof;
  if (index >= checkpoint.size) return false;
  let at = BigInt(index);
  let last = BigInt(checkpoint.size) - 1n;
  let hash = sha256(Buffer.of(0), sha256(salt, canonical(entry)));
  for (const sibling of hashes) {
    if (last === 0n) return false;
    if ((at & 1n) === 1n || at === last) {
      hash = sha256(Buffer.of(1), sibling, hash);
      while ((at & 1n) === 0n && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = sha256(Buffer.of(1), hash, sibling);
    }
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n && hash.equals(checkpoint.root);
}

// 'absent', 'good' or 'bad'
function signatureOf(note, key) {
  const lines = note.signatures.filter((one) => one.name === key.name && one.id === key.id);
  if (lines.length === 0) return 'absent';
  const good = ({ octets }) => {
    if (key.type === 1) return ed25519(key, Buffer.from(note.text), octets);
    if (octets.length !== 72) return false;
    const time = octets.readBigUInt64BE(0);
    return time <= 253402300799n && ed25519(key, Buffer.from(`cosignature/v1\ntime ${time}\n${note.text}`), octets.subarray(8));
  };
  return lines.every(good) ? 'good' : 'bad';
}

function digestAt(entry, path) {
  let at = entry;
  for (const step of path.split('.')) {
    if (Array.isArray(at)) at = /^(0|[1-9][0-9]{0,4})$/.test(step) ? at[Number(step)] : undefined;
    else at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return typeof at === 'string' ? at : '';
}

function parseReceipt(octets) {
  if (octets.length > 0 && octets[octets.length - 1] === 10) octets = octets.subarray(0, -1);
  insist(octets.length <= LARGEST_FILE, 'too large');
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  const receipt = JSON.parse(text);
  insist(canonical(receipt) === text, 'not in canonical form');
  insist(isObject(receipt) && receipt.format === 'alting.receipt/1', 'not a receipt of a known format');
  insist(hasExactly(receipt, ['disclosed', 'entry', 'format', 'keys', 'proof', 'salt']), 'a part is missing or unknown');
  const proved = parseProved(receipt);
  const { origin } = proved.proof.checkpoint;
  insist(proved.entry.origin === origin, 'entry and checkpoint are of different logs');
  insist(isObject(receipt.disclosed) && Object.keys(receipt.disclosed).length <= 300, 'malformed disclosures');
  const disclosures = Object.entries(receipt.disclosed).map(([path, one]) => {
    insist(hasExactly(one, ['salt', 'value']) && typeof one.value === 'string', 'malformed disclosure');
    return { path, salt: unbase64(one.salt, 16), value: one.value };
  });
  disclosures.sort((a, b) => (a.path < b.path ? -1 : 1));  // JavaScript moves names that look like numbers
  insist(Array.isArray(receipt.keys) && receipt.keys.length >= 1 && receipt.keys.length <= 64, 'malformed list of keys');
  const keys = receipt.keys.map((one, i) => {
    insist(hasExactly(one, i === 0 ? ['vkey'] : ['entry', 'proof', 'salt', 'vkey']), 'malformed key');
    const key = parseKey(one.vkey);
    insist(key.type === 1 && key.name === origin, 'a key of another log');
    return { ...key, announcement: i === 0 ? null : parseProved(one) };
  });
  return { ...proved, origin, disclosures, keys };
}

export function verifyReceipt(octets, documents, trustedTexts) {
  const findings = [];
  const add = (claim, verdict, subject = '') => findings.push({ claim, verdict, subject });
  const conclude = (receipt) => {
    const some = (claim, verdict) => findings.some((one) => (claim === null || one.claim === claim) && one.verdict === verdict);
    const overall = some(null, 'refuted') ? 'broken' : some('signer_trusted', 'proved') ? 'verified' : 'signer_unknown';
    return { overall, findings, receipt };
  };

  let receipt;
  try {
    receipt = parseReceipt(octets);
  } catch {
    add('receipt_format', 'refuted');
    return conclude(null);
  }
  add('receipt_format', 'proved');

  const included = isIncluded(receipt) ? 'proved' : 'refuted';
  add('entry_intact', included);
  add('included', included);

  const { note } = receipt.proof;
  const last = receipt.keys[receipt.keys.length - 1];
  add('checkpoint_signed', signatureOf(note, last) === 'good' ? 'proved' : 'refuted', last.text);

  const trusted = readable(trustedTexts, parseKey);
  const unchecked = readable(trustedTexts, parseUncheckedKey);
  checkTrust(receipt, trusted, add);
  checkWitnesses(note, trusted, add);
  for (const key of unchecked) add('checkpoint_signed', 'not_proved', key.name);
  for (const line of note.signatures)
    if (![last, ...trusted, ...unchecked].some((key) => key.name === line.name && key.id === line.id)) add('checkpoint_signed', 'not_proved', line.name);

  for (const { path, salt, value } of receipt.disclosures) {
    const digest = digestAt(receipt.entry, path);
    add('disclosure', digest !== '' && digest === sha256(salt, value).toString('base64') ? 'proved' : 'refuted', path);
  }
  checkDocuments(receipt, documents, add);
  return conclude(receipt);
}

function checkTrust(receipt, trusted, add) {
  for (let i = 1; i < receipt.keys.length; ++i) {
    const { announcement, text } = receipt.keys[i];
    const { entry, proof } = announcement;
    const holds = entry.kind === 'key.announced' && entry.origin === receipt.origin && proof.checkpoint.origin === receipt.origin &&
      isObject(entry.parameters) && entry.parameters.key === text && isIncluded(announcement) && signatureOf(proof.note, receipt.keys[i - 1]) === 'good' &&
      trusted.every((one) => signatureOf(proof.note, one) !== 'bad');
    if (!holds) return add('signer_trusted', 'refuted', text);
  }
  let found = receipt.keys.some((key) => trusted.some((one) => one.text === key.text));
  for (const key of trusted) {
    if (key.type !== 1) continue;
    const outcome = signatureOf(receipt.proof.note, key);
    if (outcome === 'bad') return add('checkpoint_signed', 'refuted', key.text);
    found ||= outcome === 'good' && key.name === receipt.origin;
  }
  return add('signer_trusted', found ? 'proved' : 'not_proved');
}

function checkWitnesses(note, trusted, add) {
  let some = false;
  for (const key of trusted) {
    const outcome = key.type === 4 ? signatureOf(note, key) : 'absent';
    if (outcome === 'absent') continue;
    some = true;
    add('time_witnessed', outcome === 'good' ? 'proved' : 'refuted', key.name);
  }
  if (!some) add('time_witnessed', 'not_proved');
}

function checkDocuments({ entry, disclosures }, documents, add) {
  const listed = Array.isArray(entry.documents) ? entry.documents : [];
  const matched = new Set();
  for (const { name, sha256: digest } of documents) {
    const places = listed.flatMap((one, i) => (isObject(one) && one.sha256 === digest ? [i] : []));
    places.forEach((i) => matched.add(i));
    add('document', places.length > 0 ? 'proved' : 'refuted', name);
  }
  listed.forEach((_, i) => {
    if (matched.has(i)) return;
    const path = `documents.${i}.file`;
    add('document', 'missing', disclosures.find((one) => one.path === path)?.value ?? path);
  });
}

// Text files as people have them: UTF-8 or UTF-16, with or without byte order mark, line ends of any system.
function readText(file) {
  const octets = readFileSync(file);
  const encoding = octets[0] === 0xff && octets[1] === 0xfe ? 'utf-16le' : octets[0] === 0xfe && octets[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(octets);
}

const isTestLog = (origin) => /[^/]\/test(\/(0|[1-9][0-9]*))?$/.test(origin);

const SAID = { verified: 'Verified.', signer_unknown: 'Intact, signer unknown: give the key of a log you trust with --key.', broken: 'Broken.' };
const STATUS = { verified: 0, signer_unknown: 2, broken: 1 };

function readLines() {
  for (const line of readFileSync(0, 'utf8').split('\n')) {
    if (line === '') continue;
    const { receipt, keys, documents } = JSON.parse(line);
    const { overall, findings } = verifyReceipt(Buffer.from(receipt, 'base64'), documents, keys);
    console.log(JSON.stringify({ overall, findings: findings.map((one) => `${one.claim} ${one.verdict} ${one.subject}`) }));
  }
  return 0;
}

function main(words) {
  if (words[0] === '--lines') return readLines();
  const files = [], keys = [];
  let json = false;
  for (let i = 0; i < words.length; ++i) {
    if (words[i] === '--json') json = true;
    else if (words[i] === '--key') {
      const given = words[++i] ?? '';
      if (existsSync(given)) keys.push(...readText(given).split(/[\r\n]/).map((line) => line.trim()).filter((line) => line && !line.startsWith('#')));
      else keys.push(given.trim());
    } else files.push(words[i]);
  }
  if (files.length === 0) {
    console.error('usage: verify.mjs RECEIPT [FILES...] [--key VKEY|FILE]... [--json]');
    return 64;
  }
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) {
    console.error(`there is no file ${missing}`);
    return 66;
  }
  const documents = files.slice(1).map((file) => ({ name: basename(file), sha256: sha256(readFileSync(file)).toString('hex') }));
  const { overall, findings, receipt } = verifyReceipt(readFileSync(files[0]), documents, keys);
  if (!json && receipt && isTestLog(receipt.origin)) console.log('From a test log: nothing in it counts.');
  if (json) console.log(JSON.stringify({ overall, findings }));
  else {
    for (const { claim, verdict, subject } of findings) console.log(`${verdict.padEnd(10)} ${claim} ${subject}`.trimEnd());
    console.log(SAID[overall]);
  }
  return STATUS[overall];
}

if (process.argv[1] && import.meta.url.endsWith(basename(process.argv[1]))) {
  try {
    process.exitCode = main(process.argv.slice(2));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
