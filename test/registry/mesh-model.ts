/**
 * What a registry does, in memory and in a hundred lines: the plain truth that model.test.ts holds the real one against. It
 * knows meshes of three domains, each with an entity that others may add a field to.
 */

export const domains = ['books', 'people', 'shops'] as const;
export type Name = (typeof domains)[number];
export const entityOf: Readonly<Record<Name, string>> = { books: 'Book', people: 'Person', shops: 'Shop' };

/** What a domain publishes. */
export interface Shape {
  /** Of its own entity, by whether they are deprecated. At least one. */
  readonly fields: Readonly<Record<string, boolean>>;
  /** The domains to whose entities it adds a field. */
  readonly addsTo: readonly Name[];
  /** All of it is deprecated: the domain can be deleted. */
  readonly isEnding: boolean;
}

/** The mesh as one version has it. */
export interface Graph {
  readonly shapes: ReadonlyMap<Name, Shape>;
  /** Domain by coordinate: of what there is, and of types and fields of Query that went away when the graph went back. */
  readonly owners: ReadonlyMap<string, Name>;
  /** Of the publication of each. */
  readonly numbers: ReadonlyMap<Name, number>;
}

export interface Model {
  /** Version 1 is the first. */
  readonly versions: Graph[];
  /** `Book shops books`: that shops may add to Book, says books. */
  readonly grants: Set<string>;
  /** Entries of the audit log. */
  entries: number;
}

export const emptyModel = (): Model => ({ versions: [], grants: new Set(), entries: 0 });

export const currentOf = ({ versions }: Pick<Model, 'versions'>): Graph =>
  versions.at(-1) ?? { shapes: new Map(), owners: new Map(), numbers: new Map() };

/** What one domain's schema says, by coordinate: whether it is deprecated. Of a type, that is false. */
export function coordinatesOf(domain: Name, { fields, addsTo, isEnding }: Shape): Map<string, boolean> {
  const own = entityOf[domain];
  return new Map([
    [`Query.${domain}`, isEnding],
    [own, false],
    [`${own}.id`, isEnding],
    ...Object.entries(fields).map(([name, isDeprecated]) => [`${own}.${name}`, isDeprecated || isEnding] as const),
    ...addsTo.flatMap((other): [string, boolean][] => {
      const type = entityOf[other];
      return [
        [type, false],
        [`${type}.id`, false],
        [`${type}.${addedBy(domain)}`, isEnding],
      ];
    }),
  ]);
}

export const addedBy = (domain: Name): string => `of${entityOf[domain]}`;

/** The steps that fail, of which there is one at least, or what the mesh becomes. */
export type Verdict = { readonly refusedBy: readonly string[] } | { readonly next: Graph };

/** @param shape absent where the domain is to be deleted. */
export function judge(model: Model, domain: Name, shape: Shape | undefined): Verdict {
  const graph = currentOf(model);
  const shapes = new Map(graph.shapes);
  shapes.delete(domain);
  if (shape) shapes.set(domain, shape);
  const [before, after] = [composed(graph.shapes), composed(shapes)];
  const refusedBy: string[] = [];
  if (takesFromOthers(model, domain, before, after)) refusedBy.push('ownership');
  const published = graph.shapes.get(domain);
  const known = published ? coordinatesOf(domain, published) : new Map<string, boolean>();
  const gone = [...before.keys()].filter((coordinate) => coordinate.includes('.') && !after.has(coordinate));
  if (gone.some((coordinate) => known.get(coordinate) === false)) refusedBy.push('policies');
  if (refusedBy.length > 0) return { refusedBy };
  const numbers = new Map(graph.numbers);
  numbers.delete(domain);
  if (shape) numbers.set(domain, 1 + Math.max(0, ...model.versions.map((each) => each.numbers.get(domain) ?? 0)));
  return { next: { shapes, owners: ownersAfter(graph, shapes, domain), numbers } };
}

/** `Book shops` */
export const grantsInForce = ({ grants }: Model): string[] =>
  [...grants].map((grant) => grant.slice(0, grant.lastIndexOf(' '))).sort();

/** A grant ends when its giver no longer owns the type, or its taker leaves: both have to be there again, and agree anew. */
export function become(model: Model, graph: Graph): void {
  const before = currentOf(model).shapes;
  model.versions.push(graph);
  model.entries += 1;
  for (const grant of model.grants) {
    const [type = '', domain, by] = grant.split(' ');
    const hasLeft = before.has(domain as Name) && !graph.shapes.has(domain as Name);
    if (graph.owners.get(type) === by && !hasLeft) continue;
    model.grants.delete(grant);
    model.entries += 1;
  }
}

function takesFromOthers(
  model: Model,
  domain: Name,
  before: ReadonlyMap<string, boolean>,
  after: ReadonlyMap<string, boolean>,
): boolean {
  const { owners } = currentOf(model);
  const grants = grantsInForce(model);
  return [...after].some(([coordinate, isDeprecated]) => {
    const was = before.get(coordinate);
    const [type = ''] = coordinate.split('.');
    if (was === undefined) {
      const isReserved = owners.has(coordinate) && owners.get(coordinate) !== domain;
      if (isReserved) return true;
      const isAdded = coordinate !== type && before.has(type);
      return isAdded && owners.get(type) !== domain && !grants.includes(`${type} ${domain}`);
    }
    // A field is deprecated where anybody says so: that is the owner's to say, and to take back.
    return was !== isDeprecated && owners.get(coordinate) !== domain;
  });
}

/** What the domains say together. */
function composed(shapes: Graph['shapes']): Map<string, boolean> {
  const all = new Map<string, boolean>();
  for (const [domain, shape] of shapes) {
    for (const [coordinate, isDeprecated] of coordinatesOf(domain, shape)) {
      all.set(coordinate, isDeprecated || all.get(coordinate) === true);
    }
  }
  return all;
}

/** The graph as it was, in which nobody who is part of it has lost a name that others might take. */
export function returned(current: Graph, target: Graph): Graph {
  const there = composed(target.shapes);
  const then = [...target.owners].filter(([coordinate]) => there.has(coordinate));
  const reserved = [...current.owners].filter(([coordinate, owner]) => {
    return target.shapes.has(owner) && /^(?:Query\.\w+|[^.]+)$/.test(coordinate);
  });
  return { ...target, owners: new Map([...reserved, ...then]) };
}

/** What is new is the publisher's; what one that is deleted leaves to others is the first one's that has it. */
function ownersAfter({ owners, shapes: before }: Graph, shapes: Graph['shapes'], domain: Name): Map<string, Name> {
  const [was, is] = [composed(before), composed(shapes)];
  const reserved = [...owners].filter(([coordinate, owner]) => {
    return !was.has(coordinate) && !is.has(coordinate) && (owner !== domain || shapes.has(domain));
  });
  const left = [...is.keys()].map((coordinate): [string, Name] => {
    const owner = owners.get(coordinate) ?? domain;
    const having = domains.find((each) => {
      const shape = shapes.get(each);
      return shape && coordinatesOf(each, shape).has(coordinate);
    });
    return [coordinate, owner === domain && !shapes.has(domain) ? (having ?? owner) : owner];
  });
  return new Map([...reserved, ...left]);
}
