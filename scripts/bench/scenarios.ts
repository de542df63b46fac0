/** What clients ask. Each scenario is a round of requests that the load repeats. */

export interface BenchRequest {
  readonly query: string;
  readonly operationName: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Scenario {
  readonly name: ScenarioName;
  readonly what: string;
  readonly requests: readonly BenchRequest[];
  /** Every request carries its own `authorization`, which the gateway passes on to the subgraphs. */
  readonly ownToken: boolean;
}

export const scenarioNames = ['big', 'token', 'small', 'fifty'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

export function scenario(name: ScenarioName): Scenario {
  switch (name) {
    case 'big':
      return { name, what: 'one operation, an answer of 87 KB', requests: [big], ownToken: false };
    case 'token':
      return { name, what: 'the same, each request with its own user token', requests: [big], ownToken: true };
    case 'small':
      return { name, what: 'one operation, an answer of 0.9 KB', requests: [small], ownToken: false };
    case 'fifty':
      return { name, what: '50 operations in turn', requests: fifty(), ownToken: false };
  }
}

const personFields = ['id', 'username', 'name', 'city', 'memberSince'] as const;
const opinionFields = ['id', 'body', 'stars'] as const;
const articleFields = ['inStock', 'name', 'price', 'shippingEstimate', 'upc', 'weight'] as const;

/** Users, what they wrote, about what, and who else wrote about that: the walk visits every subgraph several times. */
function walk(name: string, person: readonly string[], opinion: readonly string[], article: readonly string[]): string {
  return `query ${name}($first: Int) {
  users {
    ...Person
    reviews {
      ...Opinion
      product {
        ...Article
        reviews {
          ...Opinion
          author {
            ...Person
            reviews {
              ...Opinion
              product {
                ...Article
              }
            }
          }
        }
      }
    }
  }
  topProducts(first: $first) {
    ...Article
    reviews {
      ...Opinion
      author {
        ...Person
        reviews {
          ...Opinion
          product {
            ...Article
          }
        }
      }
    }
  }
}

fragment Person on User {
  ${person.join('\n  ')}
}

fragment Opinion on Review {
  ${opinion.join('\n  ')}
}

fragment Article on Product {
  ${article.join('\n  ')}
}
`;
}

const big: BenchRequest = {
  query: walk('Members', ['id', 'username', 'name'], opinionFields, articleFields),
  operationName: 'Members',
  variables: { first: 8 },
};

const small: BenchRequest = {
  query: `query Best($first: Int) {
  topProducts(first: $first) {
    upc
    name
    price
    inStock
    reviews {
      id
      stars
      author {
        name
        username
      }
    }
  }
}
`,
  operationName: 'Best',
  variables: { first: 3 },
};

/** Variations of the big one: each leaves out other fields, so that no two have a plan or an answer in common. */
function fifty(): readonly BenchRequest[] {
  return Array.from({ length: 50 }, (_, at) => {
    const name = `Members${at + 1}`;
    const person = without(personFields, [2 + (at % 3), ...(at % 2 ? [1] : [])]);
    const opinion = without(opinionFields, at % 5 === 0 ? [] : [at % 3]);
    const article = without(articleFields, [at % 6, (at + 1 + Math.floor(at / 6)) % 6]);
    return { query: walk(name, person, opinion, article), operationName: name, variables: { first: 3 + (at % 4) } };
  });
}

const without = (fields: readonly string[], at: readonly number[]): readonly string[] =>
  fields.filter((_, index) => !at.includes(index));
