/** The variables of a random operation: defined when first used, named so that engines may confuse them with their own. */
import type { Random } from './random.ts';
import { type InputTypes, randomInput } from './random-input.ts';

export interface Variables {
  readonly values: Readonly<Record<string, unknown>>;
  /** The name of a variable of this type. */
  named(type: string): string;
  sometimes(type: string): string | undefined;
  definitions(): string;
}

export function randomVariables(types: InputTypes, random: Random): Variables {
  const values: Record<string, unknown> = {};
  const defined: { name: string; type: string; text: string }[] = [];
  const variables: Variables = {
    values,
    named(type) {
      const same = defined.filter((each) => each.type === type);
      if (same.length > 0 && random.chance(0.5)) return random.pick(same).name;
      const free = names.filter((name) => defined.every((each) => each.name !== name));
      const name = random.chance(0.6) && free.length > 0 ? random.pick(free) : `x${defined.length}`;
      const withDefault = random.chance(0.3) ? randomInput(types, random, type).literal : undefined;
      defined.push({ name, type, text: `$${name}: ${type}${withDefault === undefined ? '' : ` = ${withDefault}`}` });
      // graphql-js takes an absent `$constructor` inside an input object for Object's: that is not ours to test.
      const mayBeAbsent = (withDefault !== undefined || !type.endsWith('!')) && !(name in {});
      if (!mayBeAbsent || random.chance(0.7)) values[name] = randomInput(types, random, type).value;
      return name;
    },
    sometimes: (type) => (random.chance(0.3) ? variables.named(type) : undefined),
    definitions: () => (defined.length > 0 ? `(${defined.map(({ text }) => text).join(', ')})` : ''),
  };
  return variables;
}

const names = `representations _v0 __batch_reps_0 representations0 id v constructor toString if __weft0 entities
  variables _representations`.split(/\s+/);
