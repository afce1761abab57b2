// Mail as it lies on the wire or in a maildir, read: headers, parts, and what stands in them.
//
//   const got = readMail(octets);     // {headers: [[name, value]], body, one(name), all(name)}; lines are unfolded
//   partsOf(got)                      // [{type, headers, text}] of multipart/alternative, decoded

export function readMail(octets) {
  const text = Buffer.isBuffer(octets) ? octets.toString('latin1') : octets;
  const [, head, body] = /^([^]*?)\r?\n\r?\n([^]*)$/.exec(text) ?? [null, text, ''];
  const headers = head.split(/\r?\n(?![ \t])/).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).replace(/\r?\n/g, '').trim()]);
  const all = (name) => headers.filter(([one]) => one.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  const one = (name) => {
    const found = all(name);
    if (found.length > 1) throw new Error(`${found.length} headers ${name}`);
    return found[0];
  };
  return { headers, body, all, one };
}

const decode = (text) => Buffer.from(text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16))), 'latin1').toString('utf8');

export function partsOf(mail) {
  const boundary = /boundary="([^"]+)"/.exec(mail.one('Content-Type') ?? '')?.[1];
  if (!boundary) throw new Error(`not of several parts: ${mail.one('Content-Type')}`);
  const pieces = `\r\n${mail.body}`.replace(/\r?\n/g, '\r\n').split(`\r\n--${boundary}`);
  return pieces.slice(1, -1).map((piece) => {
    const part = readMail(piece.replace(/^\r\n/, ''));
    return { type: part.one('Content-Type').split(';')[0], headers: part.headers, text: decode(part.body) };
  });
}
