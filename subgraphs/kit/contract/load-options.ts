/** How an object asks to be loaded, in its custom properties: read here for lint, and for the run that does it. */
import { type ContractObject, custom, primaryKey } from './model.ts';

export interface LoadOptions {
  readonly load: 'full' | 'incremental';
  readonly maxQuarantinedPercent: number;
  /** Whether a full load without a row may replace rows. */
  readonly allowEmpty: boolean;
}

/** What cannot be done as asked; `help` where it is not that of the code LOAD_INVALID. */
export interface LoadFault {
  readonly message: string;
  readonly help?: string;
}

/** @returns the options as far as they can be read, the defaults for the others, and what is wrong with those. */
export function loadOptions(object: ContractObject): {
  readonly options: LoadOptions;
  readonly faults: readonly LoadFault[];
} {
  const { name } = object;
  const faults: LoadFault[] = [];
  const load = custom(object, 'load') ?? 'full';
  if (load !== 'full' && load !== 'incremental') {
    faults.push({ message: `The custom property load of ${name} is ${String(load)}.` });
  } else if (load === 'incremental' && primaryKey(object).length === 0) {
    faults.push({ message: `${name} loads incrementally, but has no primary key.` });
  }
  const percent = custom(object, 'maxQuarantinedPercent') ?? 5;
  const isPercent = typeof percent === 'number' && percent >= 0 && percent <= 100;
  if (!isPercent) {
    const help = 'Set it to a number from 0 to 100.';
    faults.push({ message: `maxQuarantinedPercent of ${name} is ${String(percent)}.`, help });
  }
  const allowEmpty = custom(object, 'allowEmpty') ?? false;
  if (typeof allowEmpty !== 'boolean') {
    faults.push({ message: `allowEmpty of ${name} is ${String(allowEmpty)}.`, help: 'Set it to true or to false.' });
  }
  const options: LoadOptions = {
    load: load === 'incremental' ? load : 'full',
    maxQuarantinedPercent: isPercent ? percent : 5,
    allowEmpty: allowEmpty === true,
  };
  return { options, faults };
}
