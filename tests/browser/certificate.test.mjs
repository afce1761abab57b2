// An organisation in Chromium, with a client certificate: from the login page over the door to its own inbox, and the page that says why not.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Client } from '../lib/client.mjs';
import { numberOf, testCertificate } from '../lib/certificates.mjs';
import { look, openStage } from './person.mjs';

let stage, number;

before(async () => {
  stage = await openStage();
  const manager = new Client(stage.origin);
  await manager.login('Modig Måltrost');
  number = await numberOf(manager, 'Fjord og Fjell AS');
});
after(async () => { await stage?.close(); });

/** A browser that shows this certificate at the door; the test authority's own certificate is not one that Chromium knows. */
const visitorWith = (certificate) => stage.visitor({
  ignoreHTTPSErrors: true, clientCertificates: certificate ? [{ origin: stage.server.door, certPath: certificate.certificatePath, keyPath: certificate.keyPath }] : [],
});

test('from the login page to the inbox of the business, and out again', async () => {
  await stage.act('certificate', async () => {
    const page = await visitorWith(testCertificate(stage.server, number));
    await page.goto('/logg-inn?til=/aktor');
    await look(page, 'logg-inn-med-sertifikat');
    await page.getByRole('link', { name: /virksomhetssertifikat/i }).first().click();
    await page.waitForURL(`${stage.origin}/aktor`);
    assert.match(await page.locator('header').innerText(), /Fjord og Fjell AS/i);
    await look(page, 'aktor-som-virksomhet');
  });
});

test('a certificate for signing is refused on a page that says so and leads back', async () => {
  await stage.act('certificate-refused', async () => {
    const page = await visitorWith(testCertificate(stage.server, number, { fault: 'signature' }));
    await page.goto('/logg-inn?til=/aktor');
    await page.getByRole('link', { name: /virksomhetssertifikat/i }).first().click();
    await page.waitForURL((url) => url.origin === stage.server.door);
    assert.match(await page.locator('main').innerText(), /signere eller kryptere/);
    page.faults.length = 0;  // that the page came with a refusal is what Chromium says on the console
    await look(page, 'sertifikat-avvist');
    await page.getByRole('link', { name: 'Tilbake til innloggingen' }).click();
    await page.waitForURL(`${stage.origin}/logg-inn?til=/aktor`);
  });
});

test('a browser without a certificate is told how to get on', async () => {
  await stage.act('certificate-none', async () => {
    const page = await visitorWith(null);
    await page.goto('/logg-inn/sertifikat?til=/aktor');
    assert.match(await page.locator('main').innerText(), /sendte ikke noe sertifikat/);
  });
});
