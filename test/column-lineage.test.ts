/** What a contract says that a column was computed from, by whatever pipeline, the column is as sensitive as. */
import { describe, expect, test } from 'vitest';
import { protectedFields } from '../gateway/governance/access/protected-fields.ts';
import { composeWithApollo } from '../gateway/registry/compose.ts';
import { readGraphFacts } from '../gateway/registry/graph-facts.ts';
import { readDomainFiles } from '../subgraphs/kit/contract/domain.ts';
import { graphOf } from '../subgraphs/kit/contract/graph-of.ts';
import type { Domain } from '../subgraphs/kit/contract/model.ts';
import { printSdl } from '../subgraphs/kit/contract/sdl.ts';

/** A domain with one contract, `<name>.<object>`, of one object. */
function domainOf(name: string, object: string, properties: string): Domain {
  const { domain, issues } = readDomainFiles(name, [
    [
      `${name}.odps.yaml`,
      `apiVersion: v1.1.0\nkind: DataProduct\nid: ${name}.product\nstatus: active\nteam: { name: T }\noutputPorts: [{ name: rows, version: 1.0.0, contractId: ${name}.${object} }]\n`,
    ],
    [
      `${name}.odcs.yaml`,
      `apiVersion: v3.1.0\nkind: DataContract\nid: ${name}.${object}\nversion: 1.0.0\nstatus: active\nschema:\n  - name: ${object}\n    properties:\n${properties}`,
    ],
  ]);
  expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
  return domain;
}

const people = domainOf(
  'people',
  'persons',
  `      - { name: person_id, logicalType: string, primaryKey: true, required: true, classification: internal }
      - { name: mail, logicalType: string, classification: restricted, customProperties: [{ property: categories, value: [email] }] }
      - { name: town, logicalType: string, classification: internal }
      - name: home
        logicalType: object
        properties: [{ name: street, logicalType: string, classification: confidential }]
`,
);

/** @param from what the score of a person was computed from */
const scores = (from: string, more = '') =>
  domainOf(
    'scores',
    'ratings',
    `      - { name: rating_id, logicalType: string, primaryKey: true, required: true, classification: internal }
      - { name: score, logicalType: integer, classification: internal, transformSourceObjects: [${from}]${more} }
      - { name: rank, logicalType: integer, classification: internal, transformSourceObjects: [scores.ratings.ratings.score] }
`,
  );

function said(scored: Domain, ...coordinates: readonly string[]): string[] {
  const subgraphs = [people, scored].map((domain) => {
    const { graph, issues } = graphOf(domain);
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    return { name: domain.name, url: `http://${domain.name}`, sdl: printSdl(graph), domain };
  });
  const composed = composeWithApollo(subgraphs);
  if (!('supergraphSdl' in composed)) throw new Error(composed.issues.map(({ message }) => message).join('\n'));
  const fields = protectedFields(readGraphFacts(composed.supergraphSdl, subgraphs).fields, () => undefined);
  return coordinates.map((coordinate) => {
    const { level, categories } = fields(coordinate) ?? { level: 'no field', categories: [] };
    return `${level} ${categories.join()}`.trim();
  });
}

describe('a column that was computed from', () => {
  test.each([
    ['one that is not sensitive', 'people.persons.persons.town', 'internal'],
    ['one that is', 'people.persons.persons.mail', 'restricted email'],
    ['one, called as in the graph', 'Person.mail', 'restricted email'],
    ['several', 'people.persons.persons.town, Person.mail', 'restricted email'],
    ['an object within a row', 'PersonHome.street', 'confidential'],
    ['all of an object', 'people.persons.persons', 'restricted email'],
    ['all of a contract', 'people.persons', 'restricted email'],
    ['something of a contract that it does not have', 'people.persons.persons.email_address', 'restricted email'],
    ['something that is of no contract here', 'warehouse.persons', 'internal'],
    ['itself', 'scores.ratings.ratings.score', 'internal'],
    ['what is computed from it', 'scores.ratings.ratings.rank, people.persons.persons.mail', 'restricted email'],
  ])('%s: %s', (_, from, expected) => {
    // What is computed from the column is as sensitive as the column.
    expect(said(scores(from), 'Rating.score', 'Rating.rank', 'Rating.ratingId')).toEqual([
      expected,
      expected,
      'internal',
    ]);
  });

  test('another one is not summed up as if it were less sensitive', () => {
    const sums = ['RatingSum.score', 'RatingGroup.score', 'RatingAvg.rank', 'RatingSum.rank'];
    expect(said(scores('Person.mail'), ...sums)).toEqual(sums.map(() => 'restricted email'));
    expect(said(scores('people.persons.persons.town'), ...sums)).toEqual(sums.map(() => 'internal'));
  });

  test('another one is as sensitive as is said of it, where a transform takes out what it is made of', () => {
    const banded = ', customProperties: [{ property: deIdentified, value: three bands }]';
    expect(said(scores('Person.mail', banded), 'Rating.score', 'Rating.rank', 'RatingSum.score')).toEqual([
      ...['internal', 'internal', 'internal'],
    ]);
  });
});
