/** Values of options and arguments, read and refused with words; what every command calls alike. */
import { type Command, InvalidArgumentError, Option } from 'commander';

export const supergraph = [
  '--supergraph <file>',
  'the mesh (default: supergraph.yaml here or in a folder above)',
] as const;

export const gateway = (what = 'the gateway to ask'): Option =>
  new Option('--gateway <url>', what).env('WEFT_GATEWAY').default('http://127.0.0.1:4000').argParser(address);

/** Of commands that read data: who asks, and what for. */
export const asker = (): Option =>
  new Option(
    '--token <token>',
    'who you are (a JWT, or a token that the registry made for consumers); rather set the variable',
  ).env('WEFT_TOKEN');
export const purpose = (): Option =>
  new Option('--purpose <name>', 'what you read it for; `weft access purposes` lists them').env('WEFT_PURPOSE');

/** Of every command that asks the registry. */
export const atRegistry = (command: Command, json: string): Command =>
  command
    .addOption(gateway('the gateway with the registry'))
    .addOption(
      new Option('--token <token>', 'what the registry knows you by; rather set the variable').env('WEFT_TOKEN'),
    )
    .option('--json', json);

/** Of lists that have no end. */
export const paged = (command: Command, first: number, before: string): Command =>
  command.option('--first <count>', 'at most so many', count, first).option('--before <number>', before, count);

export function address(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('It is an http or https address, for example http://127.0.0.1:4000.');
}

export const portFrom =
  (least: number) =>
  (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= 65_535) return number;
    throw new InvalidArgumentError(`A port is a number from ${least} to 65535.`);
  };

export function count(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number from 1.');
}

interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** Called for each of several. */
export function attributes(text: string, before: readonly NamedValue[]): NamedValue[] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [...before, { name, value }];
  throw new InvalidArgumentError('It is a name and a value, for example region=eu.');
}

const unitsMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** So long ago, or ISO 8601. @returns ISO 8601 */
export function moment(text: string): string {
  const [, amount, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const at = amount
    ? Date.now() - Number(amount) * (unitsMs[unit] ?? 0)
    : isoDate.test(text)
      ? Date.parse(text)
      : Number.NaN;
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  throw new InvalidArgumentError(
    'It is a time ago, as 7d, 12h or 30m, or an ISO date, as 2026-11-01 or 2026-11-01T08:00:00Z.',
  );
}

const isoDate = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/;

export function jsonObject(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // The message below says it for text that is no JSON, too.
  }
  throw new InvalidArgumentError('It is a JSON object, for example {"first": 5}.');
}

export const names = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
