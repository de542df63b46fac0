/** The text that each part of a model was read from, as plain values: some of it the model does not hold. */
import type { Contract, DataProduct } from '../model.ts';
import { isMapping } from '../shape.ts';
import { readText } from '../text.ts';

type Written = Readonly<Record<string, unknown>>;

/** Empty where the model was made otherwise than from its text. */
export function writtenParts(model: Contract | DataProduct): ReadonlyMap<object, Written> {
  const found = new Map<object, Written>();
  const { document } = readText(model.source.text, model.source.file);
  link(model, document?.value, found);
  return found;
}

/** Keys that the model calls otherwise. */
const names: Readonly<Record<string, string>> = {
  objects: 'schema',
  sla: 'slaProperties',
  options: 'logicalTypeOptions',
};

/** Elements that the readers of the model leave out (reading.ts, property-of.ts). */
const leftOut: Readonly<Record<string, (element: Written) => boolean>> = {
  customProperties: ({ property }) => property === undefined,
  enum: ({ value }) => value === null,
  members: ({ username, name }) => username === undefined && name === undefined,
};

/** Parts that can be told apart stand at the same places in both, except relationships, which the model moves. */
const parts = `objects properties items options quality enum customProperties roles support sla description team members
  inputPorts outputPorts managementPorts`.split(/\s+/);

function link(part: object, text: unknown, found: Map<object, Written>): void {
  if (!isMapping(text)) return;
  found.set(part, text);
  for (const key of parts) {
    const own = (part as Written)[key];
    // Before ODCS 3.1 a team is the list of its members.
    const value = key === 'team' && Array.isArray(text.team) ? { members: text.team } : text[names[key] ?? key];
    if (Array.isArray(own) && Array.isArray(value)) {
      const elements = value.filter((each) => !(isMapping(each) && leftOut[key]?.(each)));
      if (elements.length !== own.length) continue;
      for (const [at, each] of own.entries()) link(each, elements[at], found);
    } else if (typeof own === 'object' && own !== null) link(own, value, found);
  }
}
