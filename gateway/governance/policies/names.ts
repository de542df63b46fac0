import { type DefinitionNode, Kind } from 'graphql';
import { contractFields } from '../contract-fields.ts';
import type { Policy } from './policy.ts';

const pascalCase = /^[A-Z][A-Za-z0-9]*$/;
const camelCase = /^[a-z][A-Za-z0-9]*$/;
const screamingCase = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/;

export const names: Policy = {
  id: 'names',
  title: 'Types are in PascalCase, fields and arguments in camelCase, enum values in SCREAMING_CASE.',
  severity: 'warning',
  why: 'A graph of many domains reads like one where its names do.',
  *check({ document, domain }) {
    const { derived } = contractFields(domain);
    for (const definition of document.definitions) {
      for (const [coordinate, name, pattern, style] of namesIn(definition)) {
        // What begins with _ or holds __ is GraphQL's, Federation's or Weft's own; derived names are the kit's.
        if (derived.has(coordinate) || pattern.test(name) || /^_|__/.test(name)) continue;
        yield { message: `${coordinate} is not in ${style}.`, coordinate, help: `Rename ${name}.` };
      }
    }
  },
};

type Named = readonly [coordinate: string, name: string, pattern: RegExp, style: string];

function namesIn(node: DefinitionNode): Named[] {
  if (!('name' in node) || !node.name || node.kind === Kind.DIRECTIVE_DEFINITION) return [];
  const { value: type } = node.name;
  if (/^_|__/.test(type)) return [];
  const parts = 'fields' in node ? node.fields : 'values' in node ? node.values : [];
  const members = (parts ?? []).flatMap((part): Named[] => {
    const { value: name } = part.name;
    const coordinate = `${type}.${name}`;
    if (part.kind === Kind.ENUM_VALUE_DEFINITION) return [[coordinate, name, screamingCase, 'SCREAMING_CASE']];
    const given = 'arguments' in part ? (part.arguments ?? []) : [];
    return [
      [coordinate, name, camelCase, 'camelCase'],
      ...given.map((each): Named => [`${coordinate}(${each.name.value}:)`, each.name.value, camelCase, 'camelCase']),
    ];
  });
  return [[type, type, pascalCase, 'PascalCase'], ...members];
}
