/** The page at the gateway's address, in a real browser. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { readConfig } from '../gateway/config.ts';
import { startGateway } from '../gateway/main.ts';
import { makeMesh } from './mesh.ts';

const browserPath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (!browserPath) process.stdout.write('skipped: no Chromium here\n');

/** For a hang: the page takes a second. */
const atMost = { timeout: 60_000 };
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

test.skipIf(!browserPath)(
  'GraphiQL knows the schema, runs the operation that it shows, and asks nobody else',
  async () => {
    await using mesh = makeMesh({
      'supergraph.yaml':
        'subgraphs: { books: { routing_url: "http://127.0.0.1:9/", schema: { sdl: "type Query { book: ID }" } } }',
    });
    const config = readConfig({}, { supergraph: `${mesh.dir}/supergraph.yaml`, port: 0 });
    const gateway = await startGateway(config, () => {});
    const browser = await chromium.launch({ executablePath: browserPath ?? '', args: quiet });
    try {
      const page = await browser.newPage();
      const elsewhere: string[] = [];
      const faults: string[] = [];
      page.on('request', (request) => {
        if (!/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(gateway.url))
          elsewhere.push(request.url());
      });
      page.on('pageerror', (error) => faults.push(error.message));
      await page.goto(gateway.url);
      await page.getByRole('button', { name: /execute query/i }).click();
      await expect.poll(() => page.locator('.graphiql-response').innerText(), atMost).toMatch(/"totalCount":\s0/);
      await page
        .getByRole('button', { name: /documentation explorer/i })
        .first()
        .click();
      await page.getByRole('link', { name: 'Query' }).first().click();
      await expect.poll(() => page.locator('.graphiql-container').first().innerText(), atMost).toContain('whoOwns');
      expect([elsewhere, faults]).toEqual([[], []]);
    } finally {
      await browser.close();
      await gateway.close();
    }
  },
);
