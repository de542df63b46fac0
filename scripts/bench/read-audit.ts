/**
 * What recording reads costs, and how soon it says who read a field.
 *
 *     node --import tsx scripts/bench/read-audit.ts                       10,000,000 records over 30 days; a gateway with and without
 *     node --import tsx scripts/bench/read-audit.ts --records 1000000 --runs 0
 *     node --import tsx scripts/bench/read-audit.ts --records 0 --runs 7  only the gateway
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startReadAudit } from '../../gateway/audit/start-audit.ts';
import { fillAudit } from './read-audit-fill.ts';
import { measureGateways } from './read-audit-gateway.ts';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '10000000' },
    days: { type: 'string', default: '30' },
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    verify: { type: 'boolean', default: false },
  },
});
const dir = mkdtempSync(join(tmpdir(), 'weft-reads-'));
const [records, days, runs, seconds] = [values.records, values.days, values.runs, values.seconds].map(Number) as [
  number,
  number,
  number,
  number,
];

try {
  const questions = records > 0 ? await questionTimes() : undefined;
  const gateway = runs > 0 ? await measureGateways({ dir, runs, seconds }) : undefined;
  process.stdout.write(`${JSON.stringify({ questions, gateway }, null, 2)}\n`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
process.exit();

async function questionTimes() {
  const file = join(dir, 'reads.db');
  const filling = performance.now();
  fillAudit({ file, records, days });
  const perSecond = Math.round(records / ((performance.now() - filling) / 1_000));
  const audit = await startReadAudit({ file, log: () => {} });
  const now = Date.now();
  const day = 86_400_000;
  const asked = {
    'Customer.name, 7 days': { coordinates: ['Customer.name'], since: now - 7 * day },
    'Customer.name, 1 day': { coordinates: ['Customer.name'], since: now - day },
    'Customer.name, from 20 to 10 days ago': {
      coordinates: ['Customer.name'],
      since: now - 20 * day,
      until: now - 10 * day,
    },
    'Customer.name, all': { coordinates: ['Customer.name'] },
    'Customer.segment (in every record), all': { coordinates: ['Customer.segment'] },
    'Order.field7 (one operation), 7 days': { coordinates: ['Order.field7'], since: now - 7 * day },
  };
  const times: Record<string, unknown> = {};
  for (const [name, question] of Object.entries(asked)) {
    const all: number[] = [];
    let lines = 0;
    let reads = 0;
    for (let nth = 0; nth < 5; nth++) {
      const begun = performance.now();
      const found = await audit.whoRead(question);
      all.push(Math.round(performance.now() - begun));
      lines = found.lines.length;
      reads = found.lines.reduce((sum, line) => sum + line.reads, 0);
    }
    times[name] = { firstMs: all[0], medianMs: all.sort((one, other) => one - other)[2], lines, reads };
  }
  const verifying = performance.now();
  const verdict = values.verify ? await audit.verify() : undefined;
  const verifiedS = verdict && { verifyS: Math.round((performance.now() - verifying) / 1_000), ...verdict };
  await audit.close();
  return { records, days, gigabytes: Number((statSync(file).size / 1e9).toFixed(2)), perSecond, times, ...verifiedS };
}
