// The pages of a first notice and of access as people have their browsers: dark, narrow, with larger text, zoomed, with more space in the text, and
// in colours of their own. Axe looks at each, and nothing may be wider than the window. The short run has two of the modes; --long all of them.
import { after, before, test } from 'node:test';
import { openStage, login, look, clean, forgive } from './person.mjs';
import { Client } from '../lib/client.mjs';
import { long } from '../lib/server.mjs';

const form = 'dat/avviksmelding';
const employee = '03899146556';  // Stille Elvebredd, who has no role anywhere
const day = (offset) => new Date(Date.now() + offset * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Europe/Oslo' });
const least = {
  'avslutning.gradert': 'nei', 'tid.kjennskap.date': day(-1), 'tid.kjennskap.time': '10:00', 'beskrivelse.hva': 'En e-post gikk til feil mottaker.',
  'kontakt.melder.telefon': '22334455', 'melding.resten': ['bekreftet'], 'avslutning.erklaering': ['bekreftet'],
};

// What WCAG 1.4.12 asks that a page stands.
const spaced = '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }';
const modes = [
  { name: 'dark', short: true, window: { dark: true } },
  { name: '320 pixels', window: { width: 320 } },
  { name: 'text at 200 %', window: {}, style: 'html { font-size: 200% !important }' },
  { name: 'the page at 200 %', window: { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 } },
  { name: 'text spacing', short: true, window: { width: 390 }, style: spaced },
  { name: 'forced colours', window: { forcedColors: 'active' } },
];

let stage, party, draft, sent, addition;
before(async () => {
  stage = await openStage();
  const client = new Client(stage.origin);
  await client.login('Modig Måltrost');
  party = await client.chooseParty('Fjord og Fjell AS');
  const notice = await client.start(party, form, { way: 'kort' });
  await client.fill(notice.page, least);
  await client.send(party, notice.id);
  sent = notice.id;
  addition = (await client.start(party, form, { adds: sent })).id;
  draft = (await client.start(party, form, { way: 'kort' })).id;
});
after(async () => { await stage?.close(); });

for (const mode of modes.filter((one) => long || one.short))
  test(`the pages of a notice and of access: ${mode.name}`, () => stage.act(`modes ${mode.name}`, async () => {
    const see = async (page, name) => {
      // A sheet made by script is no inline style: the page's own policy is kept.
      if (mode.style) {
        await page.evaluate((rules) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(rules);
          document.adoptedStyleSheets = [sheet];
        }, mode.style);
      }
      await look(page, `${mode.name.replace(/[^a-z0-9]+/g, '-')}-${name}`);
    };
    const anyone = await stage.visitor(mode.window);
    for (const [name, path] of Object.entries({ tjeneste: `/skjema/${form}`, utskrift: `/skjema/${form}/utskrift`, personvern: '/personvern', status: '/status' })) {
      await anyone.goto(path);
      await see(anyone, name);
    }
    clean(anyone);

    const page = await stage.visitor(mode.window);
    await login(page, 'Modig Måltrost');
    for (const [name, path] of Object.entries({
      aktor: '/aktor?til=/innboks', start: `/a/${party}/skjema/${form}`, viktigste: `/a/${party}/utkast/${draft}/side/Viktigste`, tillegg: `/a/${party}/utkast/${addition}/side/Tillegg`,
      oversikt: `/a/${party}/utkast/${draft}/oversikt`, 'utkast-utskrift': `/a/${party}/utkast/${draft}/utskrift`, kvittering: `/a/${party}/sak/${sent}/kvittering`,
      innboks: `/a/${party}/innboks`, tilgang: `/a/${party}/tilgang`,
    })) {
      await page.goto(path);
      await see(page, name);
    }
    // Before access is given one is asked whether it is the right person.
    await page.locator('input[name=fnr]').fill(employee);
    await page.locator('input[name=etternavn]').fill('Elvebredd');
    await page.locator(`input[name=hva][value^="skjema:${form}"]`).first().check();
    await page.locator('form[action$="/tilgang/gi"] button[type=submit]').click();
    await page.locator('button[name=bekreft][value=ja]').waitFor();
    await see(page, 'bekreft');
    clean(page);

    const outside = await stage.visitor(mode.window);
    await login(outside, employee);
    for (const [name, path] of [['finn-virksomheten', '/tilgang/be'], ['be-om-tilgang', `/tilgang/be?part=${party}&skjema=${form}`]]) {
      await outside.goto(path);
      forgive(outside);
      await see(outside, name);
    }
    await outside.goto(`/a/${party}/skjema/${form}`);
    forgive(outside);
    await see(outside, 'uten-tilgang');
    clean(outside);
  }));
