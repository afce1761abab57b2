// Random numbers that come again with the same seed (mulberry32), and the reading of options.
export class Random {
  constructor(seed) { this.state = seed >>> 0; }
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  /** 0 to n - 1 */
  below(n) { return Math.floor(this.next() * n); }
  between(low, high) { return low + this.below(high - low + 1); }
  pick(list) { return list[this.below(list.length)]; }
  chance(p) { return this.next() < p; }
}

/** "--name value" and "--name" (true) over the defaults; an unknown option ends the program. */
export function options(defaults, words = process.argv.slice(2)) {
  const chosen = { ...defaults };
  for (let i = 0; i < words.length; i += 1) {
    const name = words[i].replace(/^--/, '').replace(/-([a-z])/g, (_, c) => c.toUpperCase());
    if (!words[i].startsWith('--') || !(name in defaults)) {
      console.error(`unknown option ${words[i]}; there are: ${Object.keys(defaults).map((one) => `--${one}`).join(' ')}`);
      process.exit(2);
    }
    if (typeof defaults[name] === 'boolean') chosen[name] = true;
    else chosen[name] = typeof defaults[name] === 'number' ? Number(words[++i]) : words[++i];
  }
  return chosen;
}
