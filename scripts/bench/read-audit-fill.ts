/** An audit as a month of a company leaves it behind: written by what writes it, in large batches. */
import { createAppend } from '../../gateway/audit/append.ts';
import type { RecordBatch } from '../../gateway/audit/audit-messages.ts';
import { openToWrite } from '../../gateway/audit/open-audit.ts';
import { type Reading, termOf } from '../../gateway/audit/read-record.ts';

export interface Filling {
  readonly file: string;
  readonly records: number;
  readonly days: number;
}

const batchSize = 10_000;
const purposes = ['', 'reporting', 'marketing', 'support'];

/** Who asks what: 300 people, each with six of 60 operations; every second operation shows `Customer.name`. */
export function fillAudit({ file, records, days }: Filling): void {
  const connection = openToWrite(file);
  connection.pragma('synchronous = OFF');
  const append = createAppend(connection);
  const principals = Array.from({ length: 300 }, (_, at) =>
    termOf(
      JSON.stringify({
        id: `https://id.example.com#${at}`,
        kind: 'user',
        team: `Team ${at % 20}`,
        roles: [],
        attributes: {},
      }),
    ),
  );
  const operations = Array.from({ length: 60 }, (_, at) => termOf(`query Operation${at} { customers { name } }`));
  const readings = operations.map((_, at) => termOf(JSON.stringify(readingOf(at))));
  const begin = Date.now() - days * 86_400_000;
  const step = (days * 86_400_000) / records;
  const texts: RecordBatch['terms'] = [
    ...principals.map((each) => ({ kind: 'principal' as const, ...each })),
    ...operations.map((each) => ({ kind: 'operation' as const, ...each })),
    ...readings.map((each) => ({ kind: 'reading' as const, ...each })),
  ];
  for (let from = 0; from < records; from += batchSize) {
    const batch = Array.from({ length: Math.min(batchSize, records - from) }, (_, nth) => {
      const at = from + nth;
      const who = drawn(at) % principals.length;
      const what = (who * 7 + (drawn(at + 1) % 6) * 11) % readings.length;
      return {
        at: Math.floor(begin + at * step),
        principal: principals[who]?.digest ?? '',
        operation: operations[what]?.digest ?? '',
        reading: readings[what]?.digest ?? '',
        purpose: purposes[who % purposes.length] ?? '',
        client: 'bench',
        outcome: 0,
        rows: [1, drawn(at + 2) % 200, drawn(at + 3) % 200],
      };
    });
    append({ terms: from === 0 ? texts : [], records: batch });
    if (from % 1_000_000 === 0) process.stderr.write(`${from.toLocaleString('en')} records\n`);
  }
  connection.close();
}

/** The same each time. */
const drawn = (at: number): number => (Math.imul(at ^ (at >>> 15), 0x2c1b3c6d) >>> 8) & 0xffff;

function readingOf(at: number): Reading {
  const field = (coordinate: string) => ({
    ...{ coordinate, effect: 'allow' as const, policies: ['internal-is-for-colleagues'] },
    ...{ product: 'customers.customer-register', contract: 'customers.customers@1.0.0' },
  });
  const customer = ['customerId', 'segment', ...(at % 2 === 0 ? ['name'] : [])].map((name) =>
    field(`Customer.${name}`),
  );
  const order = [`Order.field${at}`, 'Order.total'].map(field);
  return { groups: [[field('Query.customers')], customer, order], inputs: [] };
}
