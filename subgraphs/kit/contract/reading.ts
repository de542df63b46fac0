/** What the makers of the model share: small parts that contracts and products write alike. */
import type { Issue } from '../errors/issue.ts';
import type { CustomProperty, SupportChannel, Team } from './model.ts';
import type { ContractDocument } from './odcs.ts';
import type { TextDocument } from './text.ts';

/** Where things are in the text, and where to report what is wrong with them. */
export interface Reading {
  readonly text: TextDocument;
  readonly issues: Issue[];
}

/** Before 3.1 a team was only the list of its members. */
export function teamOf(team: ContractDocument['team']): Team | undefined {
  if (!team) return undefined;
  const {
    name,
    description,
    members = [],
  } = 'length' in team ? { members: team, name: undefined, description: undefined } : team;
  return {
    ...present({ name, description }),
    members: members.flatMap((member) => {
      const username = member.username ?? member.name;
      return username === undefined ? [] : [{ username, ...present({ name: member.name, role: member.role }) }];
    }),
  };
}

export function supportOf(support: ContractDocument['support']): SupportChannel[] {
  return (support ?? []).map(({ channel, url, tool }) => ({ channel, ...present({ url, tool }) }));
}

type WrittenCustomProperty = {
  readonly property?: string | undefined;
  readonly value?: unknown;
  readonly vendor?: string | undefined;
};

/** In 3.0 a custom property could lack its name; there is then nothing to find it by. */
export function customPropertiesOf(written: readonly WrittenCustomProperty[] | undefined): CustomProperty[] {
  return (written ?? []).flatMap(({ property, value, vendor }) =>
    property === undefined ? [] : [{ property, value, ...present({ vendor }) }],
  );
}

/** Without the keys that have no value: the model says "absent" in one way. */
export function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
