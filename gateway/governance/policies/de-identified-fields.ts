import type { FieldDefinitionNode } from 'graphql';
import { deIdentifiedBy } from '../../../subgraphs/kit/contract/descriptions.ts';
import { contractFields } from '../contract-fields.ts';
import { argumentOf, documentFields } from '../document-fields.ts';
import type { Policy } from './policy.ts';

export const deIdentifiedFields: Policy = {
  id: 'de-identified-fields',
  title: 'A field that says by which transform it is de-identified is computed from others.',
  severity: 'warning',
  why: 'It reads as if the field were less sensitive than it is: a transform takes nothing from what is said of the field itself.',
  *check({ document, domain }) {
    const { fields, nested } = contractFields(domain);
    for (const { coordinate, node } of documentFields(document)) {
      const { property } = fields.get(coordinate) ?? nested.get(coordinate) ?? {};
      const isDeclared = (property && deIdentifiedBy(property) !== undefined) || isDeclaredOn(node);
      if (!isDeclared || isComputed(node) || property?.transformSourceObjects?.length) continue;
      yield {
        message: `${coordinate} is declared de-identified, but inherits from nothing: it is computed from no other field of the graph.`,
        coordinate,
        place: property?.place,
        help: 'Leave deIdentified out, or say what the field is computed from: transformSourceObjects in the contract, @requires in a schema.',
      };
    }
  },
};

/** By whatever name the schema calls it: only `@classified` takes that. */
const isDeclaredOn = ({ directives = [] }: FieldDefinitionNode): boolean =>
  directives.some((directive) => typeof argumentOf(directive, 'deIdentified') === 'string');

/** By `@requires`, or an argument that is filled `@fromContext`. */
const isComputed = ({ directives = [], arguments: given = [] }: FieldDefinitionNode): boolean =>
  directives.some((directive) => argumentOf(directive, 'fields') !== undefined) ||
  given.some((argument) => argument.directives?.some((each) => argumentOf(each, 'field') !== undefined));
