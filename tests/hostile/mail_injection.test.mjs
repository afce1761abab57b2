// What others write, and what a notice is made of: whatever an agency puts into a message, its sender's name, its files or its list of recipients,
// the mail that leaves is the mail there would have been otherwise. Judged on the octets that a mail server received, and on the pages.
import { test, before, after, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, form, links, unescape, words } from '../lib/client.mjs';
import { plant } from '../lib/house.mjs';
import { letterOf, sendLetter } from '../lib/messages.mjs';
import { top } from '../lib/server.mjs';
import { Post, base } from '../mail/post.mjs';
import { partsOf, readMail } from '../mail/read_mail.mjs';

const evil = 'offer@ond.example';
const smuggled = (end) => `X${end}.${end}MAIL FROM:<${evil}>${end}RCPT TO:<${evil}>${end}DATA${end}Subject: smuglet${end}${end}Hei${end}.${end}`;
const attacks = {
  'a header after CR LF': `X\r\nBcc: ${evil}`, 'a header after LF': `X\nBcc: ${evil}`, 'a header after CR': `X\rBcc: ${evil}`, 'a header after U+2028': `X\u2028Bcc: ${evil}`,
  'a header after U+0085': `X\u0085Bcc: ${evil}`, 'a mail after CR LF . CR LF': smuggled('\r\n'), 'a mail after LF . LF': smuggled('\n'), 'a mail after CR . CR': smuggled('\r'),
  'a mail after LF . CR LF': `X\n.\r\nMAIL FROM:<${evil}>\r\n`, 'a mail after CR LF . LF': `X\r\n.\nMAIL FROM:<${evil}>\r\n`, 'a NUL': `X\0.\r\n${evil}`,
  'an encoded word': `=?UTF-8?Q?X=0D=0ABcc:_${evil}?=`, 'places of a template': '{{7*7}} {agency} {site} {code} {recipient} ${7*7} %s %n #{7*7}', 'markup': '<script>alert(1)</script><img src=//ond.example/x onerror=alert(1)>',
  'an address to type': 'Logg inn på www.ond.example', 'a link': 'https://ond.example/logg-inn', 'somebody’s number': 'Om 01817012345', 'nothing but a dot': '.', 'a boundary': 'X\r\n--=_alternative--\r\n',
};
const fields = ['messageTitle', 'messageSummary', 'messageBody', 'messageSender', 'sendersReference'];
const wanted = ['date', 'from', 'to', 'subject', 'message-id', 'mime-version', 'auto-submitted', 'x-auto-response-suppress', 'content-language', 'content-type'];
let post, smtp, clerk, reader, self, person;

before(async () => {
  post = await Post.start();
  smtp = post.smtp;
  [clerk, reader] = [new Client(post.server.origin), new Client(post.server.origin)];
  await clerk.login('Klok Kattugle', { to: '/etat/dat' });
  await reader.login('Glad Havørn');
  self = await reader.chooseParty('Glad Havørn');
  person = post.people.find((one) => one.name === 'Glad Havørn');
});
after(() => post?.remove());
afterEach(() => assert.equal(post.server.child.exitCode, null, post.log()));

/** A mail whose form nobody has changed; what it says, without the line of who sent it. */
function sound(mail, to) {
  const text = mail.octets.toString('latin1');
  assert.doesNotMatch(text, /[^\r]\n|\r(?!\n)|\0|[\x80-\xff]/, 'no bare CR or LF, no NUL, nothing but ASCII');
  assert.ok(text.split('\r\n').every((line) => line.length <= 998 && (!line.startsWith('.') || line.startsWith('..'))));
  const got = readMail(text);
  assert.deepEqual(got.headers.map(([name]) => name.toLowerCase()), wanted);
  assert.equal(mail.to, to);
  assert.equal(got.one('To'), `<${to}>`);
  assert.match(mail.from, /^bounce\+[0-9a-z.-]+@alting\.example$/);
  const said = partsOf(got).map((part) => part.text);
  assert.equal(said.length, 2);
  for (const one of [text, ...said]) assert.doesNotMatch(one, /ond\.example|Bcc:|smuglet|script|onerror|7\*7|[{}]/i, one);
  return said[0].replace(/^.* har sendt ei? melding\.\r?\n/, '') + got.one('Subject');
}
const commandsAreOurs = () => {
  for (const line of smtp.lines) assert.match(line, /^(EHLO alting\.example|STARTTLS|MAIL From:<bounce\+[0-9a-z.-]+@alting\.example>[ A-Z=0-9a-z-]*|RCPT TO:<[a-z.]+@(eksempel|fjordogfjellas)\.example>[ A-Z=,]*|DATA|RSET|QUIT)$/);
};

test('whatever stands in any field of a message, the mail is the one that a harmless message makes', async (t) => {
  const [plain] = await post.send([person], { messageTitle: 'Hei' });
  await post.handedOver([plain]);
  const harmless = sound(smtp.taken[0], person.mail);
  const sent = [];
  let refused = 0;
  for (const [name, attack] of Object.entries(attacks))
    for (const field of fields) {
      const inside = ['messageTitle', 'messageSummary', 'messageBody'].includes(field);
      const answer = await post.agency.post(`${base}/correspondence`, post.letter([`urn:altinn:person:identifier-no:${person.number}`], inside ? { [field]: attack } : {}, inside ? {} : { [field]: attack }));
      assert.ok([200, 400, 422].includes(answer.status), `${name} in ${field}: ${answer.status} ${answer.text}`);
      if (answer.status === 200) sent.push({ id: answer.json.correspondences[0].correspondenceId, name: `${name} in ${field}` });
      else refused += 1;
    }
  await post.handedOver(sent);
  assert.equal(smtp.taken.length, sent.length + 1, 'a mail for each, and none besides');
  for (const mail of smtp.taken) assert.equal(sound(mail, person.mail), harmless);
  commandsAreOurs();
  assert.ok(sent.length >= fields.length * 3, 'most harmless for mail were accepted');
  t.diagnostic(`${Object.keys(attacks).length} attacks in ${fields.length} fields: ${refused} refused, ${sent.length} mails as they should be`);
});

test('what a clerk types on the page changes no mail either', async () => {
  smtp.forget();
  let accepted = 0;
  for (const name of ['a header after CR LF', 'a mail after CR LF . CR LF', 'a NUL', 'places of a template', 'markup'])
    for (const field of ['tittel', 'sammendrag', 'sak', 'tekst'])
      accepted += await sendLetter(clerk, { to: [person.number], title: 'Hei', text: 'Les dette.', more: { [field]: attacks[name] } }).then(() => 1, (error) => { assert.ok(error.response?.status < 500, error); return 0; });
  assert.ok(accepted > 4);
  await smtp.until(() => smtp.taken.length >= accepted, 'all mails come');
  for (const mail of smtp.taken) sound(mail, person.mail);
  commandsAreOurs();
});

test('an address that a business adds is one address, and gets mail of its own alone', async () => {
  smtp.forget();
  const manager = new Client(post.server.origin);
  await manager.login('Modig Måltrost');
  const party = await manager.chooseParty('Fjord og Fjell AS');
  for (const address of [`post@fjord.example>\r\nRCPT TO:<${evil}`, `post@fjord.example\r\nBcc: ${evil}`, `post@fjord.example\nRCPT TO:<${evil}>`, `post@fjord.example, ${evil}`, `post@fjord.example\0`, `<post@fjord.example> NOTIFY=NEVER`,
                         `"a b"@fjord.example`, `post@[127.0.0.1]`, `post@fjord.example ORCPT=rfc822;${evil}`, `post%ond.example@fjord.example`, `${'a'.repeat(300)}@fjord.example`, `post@fjord.example\u2028`, `<script>@fjord.example`]) {
    const page = await manager.get(`/a/${party}/varsling`);
    const wanted = form(page.body, '/varsling/ny');
    const [field] = wanted.fields.map(([name]) => name).filter((name) => name !== 'token');
    const answer = await manager.submit(page, wanted, { [field]: address }, { button: wanted.buttons[0] });
    assert.ok(answer.status < 500, `${address}: ${answer.status}`);
    assert.ok(!answer.body.includes('<script>@'), address);
  }
  const [marker] = await post.send([person]);  // whatever was to go before it has gone
  await post.handedOver([marker]);
  for (const line of smtp.lines.filter((one) => /^RCPT/i.test(one))) assert.match(line, /^RCPT TO:<(glad\.havorn@eksempel|post(%ond\.example)?@fjord)\.example>[ A-Z=,]*$/);
  assert.ok(!smtp.lines.some((line) => line.includes('offer@')));
});

test('Markdown brings no script, no link that runs one, no remote image and no markup of its own to any page', async () => {
  const text = ['<script>alert("md")</script>', '[klikk](javascript:alert(1))', '[klikk](JaVaScRiPt:alert(1))', '[klikk](data:text/html,<script>alert(1)</script>)', '[klikk](vbscript:x)', '![bilde](https://ond.example/spor.png)',
                '<img src=x onerror=alert(1)>', '<iframe src="https://ond.example"></iframe>', '<a href="javascript:alert(1)" onclick="x()">k</a>', '[x]: javascript:alert(1)', '[viser][x]', '<javascript:alert(1)>', '<style>body{display:none}</style>',
                '[a](java&#115;cript:alert(1))', '[a](java\tscript:alert(1))', '`<script>`', '<form action="https://ond.example"><input name=pin></form>', '> <svg onload=alert(1)>'].join('\n\n');
  const title = 'Tittel <script>alert("t")</script> "onmouseover=x {{7*7}}';
  const page = await clerk.get('/etat/dat/meldinger/ny');
  const batch = await sendLetter(clerk, { to: [person.number], title, text, more: { sammendrag: '<b onclick=x>kort</b>', sak: '26/1<script>' } });
  assert.equal(page.status, 200);
  const id = await letterOf(reader, self, 'Tittel <script>');
  for (const shown of [await reader.get(`/a/${self}/melding/${id}`), await reader.get(`/a/${self}/innboks?mappe=mottatt`), await clerk.get(`/etat/dat/meldinger/${batch}`), await clerk.get('/etat/dat/meldinger')]) {
    assert.equal(shown.status, 200);
    const main = /<main[^]*<\/main>/.exec(shown.body)[0];
    for (const [tag] of main.matchAll(/<[a-z][^>]*>/gi)) {
      assert.doesNotMatch(tag, /^<(script|iframe|img|style|object|embed|svg on)/i);
      assert.doesNotMatch(tag.slice(1).replace(/"[^"]*"/g, '""'), /\son\w+\s*=|[<'`]/i);
      const [, href] = /(?:href|src|action)="([^"]*)"/i.exec(tag) ?? [];
      if (href) assert.doesNotMatch(unescape(href).replace(/[\s\0]/g, ''), /^(javascript|data|vbscript):|ond\.example/i, tag);
    }
    assert.match(shown.headers['content-security-policy'], /default-src 'none'/);
  }
});

test('file names lead nowhere, hide nothing and make no header', async (t) => {
  const names = ['../../etc/passwd.pdf', '..\\..\\x.pdf', '.skjult.pdf', 'C:\\x.pdf', `${'a'.repeat(300)}.pdf`, 'x\0.pdf', 'x\r\nX-Ond: 1.pdf', '"; filename="ond.html', "x'; drop.pdf", '<img src=x onerror=alert(1)>.pdf', '=HYPERLINK("x").pdf',
                 'faktura\u202Efdp.txt', 'faktura\u2066txt.pdf', 'x\u200Fy.pdf', 'a%0d%0aX-Ond: 1.pdf', 'æøå  mellomrom.pdf', 'con.pdf', 'x.pdf.exe', '{{7*7}}.pdf', 'txt\u202Efdp.pdf'];
  const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
  const taken = [];
  for (const fileName of names) {
    const announced = await post.agency.post(`${base}/attachment`, { resourceId: 'app_dat_brev', fileName });
    assert.ok([200, 400, 422].includes(announced.status), `${fileName}: ${announced.status} ${announced.text}`);
    if (announced.status !== 200) continue;
    const { fileName: kept } = (await post.agency.get(`${base}/attachment/${announced.json}`)).json;
    assert.doesNotMatch(kept, /[/\\\0-\x1f\x7f<>:"|?*\u200B-\u200F\u2028-\u202E\u2060-\u206F]|^\./, fileName);
    const uploaded = await post.agency.call('POST', `${base}/attachment/${announced.json}/upload`, { body: pdf, headers: { 'Content-Type': 'application/octet-stream' } });
    assert.ok(uploaded.status < 500, `${fileName}: ${uploaded.status}`);
    if (uploaded.status !== 200) continue;
    const answer = await post.agency.post(`${base}/correspondence`, { ...post.letter([`urn:altinn:person:identifier-no:${person.number}`], { messageTitle: `Fil ${taken.length}` }), existingAttachments: [announced.json] });
    assert.equal(answer.status, 200, `${fileName}: ${answer.text}`);
    taken.push(kept);
  }
  const hidden = [];
  for (const [number, fileName] of taken.entries()) {
    const id = await letterOf(reader, self, `Fil ${number}`);
    const page = await reader.get(`/a/${self}/melding/${id}`);
    assert.doesNotMatch(page.body, /<img src=x/);
    if (/[\u200E\u200F\u202A-\u202E\u2066-\u2069]/.test(page.body)) hidden.push(fileName);
    const { href } = links(page.body).find((one) => one.href.includes('/vedlegg/'));
    const file = await reader.get(href);
    assert.equal(file.status, 200);
    assert.ok(file.octets.equals(pdf));
    assert.equal(file.headers['x-ond'], undefined);
    assert.equal(file.headers['x-content-type-options'], 'nosniff');
    const disposition = file.headers['content-disposition'];
    assert.match(disposition, /^(attachment|inline); filename="[^"\\/\r\n]*"(; filename\*=UTF-8''[A-Za-z0-9%._~!#$&+^`|-]*)?$/, fileName);
    const whole = await reader.get(`/a/${self}/melding/${id}`);
    assert.equal(whole.status, 200);
  }
  t.diagnostic(`${names.length} names: ${names.length - taken.length} refused, ${taken.length} taken`);
  assert.ok(taken.every((name) => Buffer.byteLength(name) <= 200));
  assert.deepEqual(hidden, [], 'what turns the writing around would show another ending than the file has');
});

test('a huge list of recipients, and one with formulas or markup in it, is read as numbers or refused', async () => {
  const before = (await post.agency.get(`${base}/correspondence?resourceId=app_dat_brev`)).json.ids.length;
  const preview = async (recipients) => {
    const page = await clerk.get('/etat/dat/meldinger/ny');
    const asked = form(page.body, '/meldinger/ny');
    return clerk.submit(page, asked, { tjeneste: 'dat/brev', mottakere: recipients, tittel: 'Mange', tekst: 'x', svar: 'none' }, { button: { name: 'gjor', value: 'vis' } });
  };
  const many = Array.from({ length: 10_001 }, (_, i) => organisationNumber(i)).join('\n');
  for (const list of [many, 'x'.repeat(3_000_000), '9'.repeat(1_000_000), '\0\0\0', `${person.number}\0`, ';'.repeat(100_000)]) {
    // What is larger than any form may be is answered before it was read, and the connection ended: the answer may be lost.
    const answer = await preview(list).catch((error) => { assert.ok(list.length > 2_000_000 && ['ECONNRESET', 'EPIPE'].includes(error.code), error); });
    if (!answer) continue;
    assert.ok(answer.status >= 200 && answer.status < 500, `${list.slice(0, 30)}: ${answer.status}`);
    assert.doesNotMatch(words(answer.body), /Ingenting er sendt ennå/, 'there is nobody to send to');
  }
  const csv = `Navn;Nummer\n=HYPERLINK("https://ond.example";"x");${person.number}\n@SUM(1+1)*cmd|' /C calc'!A0;${post.people[0].number}\n<script>alert(1)</script>;${post.people[1].number}`;
  const seen = await preview(csv);
  assert.equal(seen.status, 200);
  assert.match(words(seen.body), /Ingenting er sendt ennå/);
  const main = /<main[^]*<\/main>/.exec(seen.body)[0];
  assert.doesNotMatch(main, /<script|href="[^"]*ond\.example/);
  const tables = [...main.matchAll(/<(?:table|ul|ol|dl)[^]*?<\/(?:table|ul|ol|dl)>/g)].map(([one]) => one).join('');
  assert.doesNotMatch(tables, /HYPERLINK|@SUM/, 'nothing of what stood beside the numbers is shown');
  for (const recipient of [`urn:altinn:person:identifier-no:${person.number}\r\nBcc: ${evil}`, `${evil}`, `0192:974761467' OR 1=1`, '0192:', 'x'.repeat(10_000), '\0']) {
    const answer = await post.agency.post(`${base}/correspondence`, post.letter([recipient]));
    assert.ok([400, 413, 422].includes(answer.status), `${recipient.slice(0, 60)}: ${answer.status}`);
  }
  assert.equal((await post.agency.get(`${base}/correspondence?resourceId=app_dat_brev`)).json.ids.length, before, 'nothing was sent');
});

/** Well formed, and of nobody: the check digit is right. */
function organisationNumber(i) {
  for (let n = 20_000_000 + i * 11; ; n += 1) {
    const eight = String(n);
    const rest = [3, 2, 7, 6, 5, 4, 3, 2].reduce((sum, weight, at) => sum + weight * Number(eight[at]), 0) % 11;
    if (rest !== 1) return eight + (rest === 0 ? 0 : 11 - rest);
  }
}

// script/lib/notice_templates.py stands between what is written for notices and the program: one that says what it may not is not built.
const folder = 'src/notify/templates';
const templates = Object.fromEntries(readdirSync(join(top, folder)).map((name) => [`${folder}/${name}`, readFileSync(join(top, folder, name), 'utf8')]));
const good = templates[`${folder}/message.1.toml`];
/** What is said of a template that was made of a good one. */
function saidOf(name, text) {
  const tree = mkdtempSync(join(tmpdir(), 'alting-templates-'));
  try {
    plant(tree, { ...templates, [`${folder}/${name}`]: text });
    const { status, stdout } = spawnSync('python3', [join(top, 'script/lib/notice_templates.py'), tree, join(tree, 'out.cpp')], { encoding: 'utf8' });
    return { status, said: stdout, made: existsSync(join(tree, 'out.cpp')) };
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

test('a template that names what it may not, or has a link or markup, is refused, and nothing is built of it', () => {
  assert.deepEqual(saidOf('message.1.toml', good), { status: 0, said: '', made: true });
  const change = (from, to) => { const text = good.replace(from, to); assert.notEqual(text, good, String(from)); return text; };
  for (const [text, said, name = 'message.1.toml'] of [
    [change('{agency} har sendt en melding.', '{title} er sendt.'), /nb\.text names \{title\}/], [change('{agency} har', '{national_id} {agency} har'), /names \{national_id\}/],
    [change('subject = "Det venter en', 'subject = "{agency}: det venter en'), /nb\.subject names \{agency\}/], [change('En av dem som', '{recipient}: en av dem som'), /nb\.bare names \{recipient\}/],
    [change('{agency} har sendt', '{code} {agency} har sendt'), /names \{code\}/], [change('{agency} har sendt', '{count} {agency} har sendt'), /names \{count\}/],
    [change('{agency} har', '{{agency}} har'), /brace|names/], [change('{agency} har', '{agency har'), /brace/], [change('Skriv {site}', 'Gå til https://{site}'), /has a link/],
    [change('Skriv {site}', 'Skriv www.{site}'), /has a link/], [change('Skriv {site}', 'Skriv til oss på hjelp@{site}'), /has a link/], [change('Skriv {site}', 'Skriv altinn.no'), /has a link/],
    [change('{agency} har sendt', '<b>{agency}</b> har sendt'), /has a link, or/], [change('agency = "name"', 'agency = "html"'), /a type is one of/], [change('agency = "name"', 'agency = "name"\nnumber = "national_id"'), /a type is one of/],
    [change('agency = "name"', 'agency = "name"\nother = "name"'), /'other' stands in no text/], [change('for = "notice"', 'for = "everyone"'), /for = one of/], [change(/\[en\][^]*$/, ''), /en is missing/],
    [change('meaning =', 'meening ='), /no meaning|nothing a template has/], [good, /named NAME\.VERSION/, 'message.html'], [good, /versions are numbered/, 'message.3.toml'], ['x = ', /Invalid/, 'message.2.toml'],
  ]) {
    const got = saidOf(name, text);
    assert.match(got.said, said);
    assert.deepEqual([got.status, got.made], [1, false], got.said);
  }
});
