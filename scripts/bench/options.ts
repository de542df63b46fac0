import { parseArgs } from 'node:util';
import { type ScenarioName, scenarioNames } from './scenarios.ts';
import { type Target, targets } from './targets.ts';

export interface Options {
  readonly targets: readonly Target[];
  readonly scenarios: readonly ScenarioName[];
  readonly runs: number;
  readonly seconds: number;
  readonly json: boolean;
  /** All targets and scenarios: fit for README.md. */
  readonly whole: boolean;
}

/** @throws Error that says what is possible. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      targets: { type: 'string' },
      scenario: { type: 'string' },
      runs: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    targets: chosen(values.targets, targets, ({ name }) => name),
    scenarios: chosen(values.scenario, scenarioNames, (name) => name),
    runs: atLeastOne('runs', values.runs),
    seconds: atLeastOne('seconds', values.seconds),
    json: values.json,
    whole: values.targets === undefined && values.scenario === undefined,
  };
}

function chosen<T>(names: string | undefined, all: readonly T[], nameOf: (each: T) => string): readonly T[] {
  if (names === undefined) return all;
  return names.split(',').map((name) => {
    const found = all.find((each) => nameOf(each) === name);
    if (found === undefined) throw new Error(`There is no ${name}; there are ${all.map(nameOf).join(', ')}.`);
    return found;
  });
}

function atLeastOne(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number of at least 1.`);
  return value;
}
