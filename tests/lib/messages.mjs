// A clerk's letter, written and sent on the pages as a clerk does it, and found by who got it.
//
//   const batch = await sendLetter(clerk, { to: ['974761467'], title: 'Om internkontroll', text: 'Vi ber om svar.', reply: 'message', confirm: true });
//   const id = await letterOf(manager, party, 'Om internkontroll');   // /a/{party}/melding/{id}
import { HttpProblem, form, links } from './client.mjs';
import { sleep } from './server.mjs';

/** Sends it and gives the batch's id. `files`: [{name, type, data}]; `more`: other fields of the page, by name. */
export async function sendLetter(clerk, { org = 'dat', service = 'dat/brev', to, title, text, reply = 'none', confirm = false, confidential = false, notify = true, files = [], more = {} }) {
  const page = await clerk.get(`/etat/${org}/meldinger/ny`);
  if (page.status !== 200) throw new HttpProblem('the page to write a message', page);
  const wanted = form(page.body, '/meldinger/ny');
  const tick = (name, on) => ({ [name]: on ? wanted.choices[name]?.[0] ?? 'ja' : null });
  const values = { tjeneste: service, mottakere: to.join('\n'), tittel: title, tekst: text, svar: reply, ...tick('bekreft', confirm), ...tick('fortrolig', confidential), ...tick('varsle', notify), ...more };
  const preview = await clerk.submit(page, wanted, values, { button: { name: 'gjor', value: 'vis' }, files: files.map((one) => ({ field: 'vedlegg', ...one })) });
  if (preview.status !== 200) throw new HttpProblem('the preview of a message', preview);
  const sent = await clerk.submit(preview, form(preview.body, '/meldinger/ny'), {}, { button: { name: 'gjor', value: 'send' } });
  const batch = /\/meldinger\/([0-9a-f-]{36})/.exec(sent.path)?.[1];
  if (sent.status !== 200 || !batch) throw new HttpProblem('sending a message', sent);
  return batch;
}

/** The id of the message with this title, once it is there: it is published a moment after it was sent. */
export async function letterOf(client, party, title) {
  for (let count = 0; count < 200; count += 1) {
    const list = await client.get(`/a/${party}/innboks?mappe=mottatt`);
    const found = links(list.body).find((one) => one.text.includes(title) && one.href.includes('/melding/'));
    if (found) return /\/melding\/([0-9a-f-]{36})/.exec(found.href)[1];
    await sleep(50);
  }
  throw new Error(`no message "${title}" in the inbox of ${party}`);
}

/** Opens it and waits until its receipts are there; the page. */
export async function openLetter(client, party, id) {
  const address = `/a/${party}/melding/${id}`;
  await client.get(address);
  for (let count = 0; count < 200; count += 1) {
    if ((await client.get(`${address}/kvittering.json?hva=opened`)).status === 200) return client.get(address);
    await sleep(50);
  }
  throw new Error(`no receipt of the message ${id}`);
}
