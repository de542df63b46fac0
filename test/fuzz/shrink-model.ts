/** The smallest schema that still shows a finding: subgraphs, types and fields are left out as long as it does. */
import { type FieldModel, type Model, namedTypeOf } from './model.ts';

/**
 * @param source the operation that shows it
 * @param stillShows must also say no to what does not compose.
 * @param isOver whether it takes too long: the smallest schema so far is good enough.
 */
export async function shrinkModel(
  model: Model,
  source: string,
  stillShows: (smaller: Model) => Promise<boolean>,
  isOver: () => boolean,
): Promise<Model> {
  let smallest = model;
  const keep = async (candidate: Model): Promise<boolean> => {
    if (sizeOf(candidate) >= sizeOf(smallest) || !(await stillShows(candidate))) return false;
    smallest = candidate;
    return true;
  };
  await keep(withoutUnnamed(model, source));
  for (let before = Number.POSITIVE_INFINITY; sizeOf(smallest) < before && !isOver(); ) {
    before = sizeOf(smallest);
    for (const subgraph of model.subgraphs.keys()) await keep(withoutSubgraph(smallest, subgraph));
    for (const { name } of [...smallest.objects, ...smallest.interfaces, ...smallest.unions]) {
      if (isOver()) break;
      if (await keep(withoutType(smallest, name))) continue;
      const fields = smallest.objects.find((object) => object.name === name)?.fields ?? [];
      for (const field of fields) {
        if (isOver()) break;
        if (await keep(withoutField(smallest, name, field.name))) continue;
        if (field.args.length > 0) await keep(withoutArguments(smallest, name, field.name));
      }
    }
    for (const { name, places } of smallest.objects) {
      for (const { subgraph } of places) if (!isOver()) await keep(withoutPlace(smallest, name, subgraph));
    }
  }
  return smallest;
}

const sizeOf = ({ objects, interfaces, unions }: Model): number =>
  [...objects, ...interfaces].flatMap(({ fields }) => fields.flatMap(({ at, args }) => [1, ...at, ...args])).length +
  [...objects, ...interfaces, ...unions].flatMap(({ places }) => [1, 1, ...places]).length;

const mapFields = (model: Model, map: (fields: FieldModel[], type: string) => FieldModel[]): Model => ({
  ...model,
  objects: model.objects.map((object) => ({ ...object, fields: map(object.fields, object.name) })),
  interfaces: model.interfaces.map((face) => ({ ...face, fields: map(face.fields, face.name) })),
});

function withoutSubgraph(model: Model, subgraph: number): Model {
  const elsewhere = <T extends { readonly subgraph: number }>(places: readonly T[]) =>
    places.filter((place) => place.subgraph !== subgraph);
  const left = mapFields(model, (fields) => fields.map((field) => ({ ...field, at: elsewhere(field.at) })));
  return withoutEmpty({
    ...left,
    objects: left.objects.map((object) => ({ ...object, places: elsewhere(object.places) })),
    interfaces: left.interfaces.map((face) => ({ ...face, places: face.places.filter((each) => each !== subgraph) })),
    unions: left.unions.map((union) => ({ ...union, places: elsewhere(union.places) })),
  });
}

function withoutType(model: Model, name: string): Model {
  const mentions = ({ type, at }: FieldModel) =>
    namedTypeOf(type) === name || at.some(({ requires }) => requires?.includes(`on ${name} {`));
  const others = mapFields(model, (fields) => fields.filter((field) => !mentions(field)));
  return withoutEmpty({
    ...others,
    objects: others.objects.filter((each) => each.name !== name),
    interfaces: others.interfaces
      .filter((each) => each.name !== name)
      .map((face) => ({ ...face, implementers: face.implementers.filter((each) => each !== name) })),
    unions: others.unions
      .filter((each) => each.name !== name)
      .map((union) => ({
        ...union,
        places: union.places.map((place) => ({ ...place, members: place.members.filter((each) => each !== name) })),
      })),
  });
}

const withoutField = (model: Model, type: string, name: string): Model =>
  withoutEmpty(
    mapFields(model, (fields, each) => (each === type ? fields.filter((field) => field.name !== name) : fields)),
  );

/** What neither the operation nor a directive names: most of the schema, at one go. */
function withoutUnnamed(model: Model, source: string): Model {
  const places = model.objects.flatMap(({ fields }) => fields.flatMap(({ at }) => at));
  const named = new Set(
    [source, ...places.map(({ requires, provides }) => `${requires} ${provides}`)].join(' ').split(/\W+/),
  );
  return withoutEmpty(mapFields(model, (fields) => fields.filter(({ name, key }) => key || named.has(name))));
}

const withoutArguments = (model: Model, type: string, name: string): Model =>
  mapFields(model, (fields, each) =>
    each === type ? fields.map((field) => (field.name === name ? { ...field, args: [] } : field)) : fields,
  );

function withoutPlace(model: Model, name: string, subgraph: number): Model {
  const left = mapFields(model, (fields, type) =>
    type === name
      ? fields.map((field) => ({ ...field, at: field.at.filter((each) => each.subgraph !== subgraph) }))
      : fields,
  );
  return withoutEmpty({
    ...left,
    objects: left.objects.map((object) =>
      object.name === name ? { ...object, places: object.places.filter((each) => each.subgraph !== subgraph) } : object,
    ),
  });
}

/** What leaving something out has left without content, and external fields that nobody requires or provides any more. */
function withoutEmpty(model: Model): Model {
  const isFace = (type: string) => model.interfaces.some(({ name }) => name === type);
  const all = model.objects.flatMap(({ fields }) => fields.flatMap(({ at }) => at));
  const isUsed = (name: string, subgraph: number) =>
    all.some(
      (place) => place.subgraph === subgraph && `${place.requires} ${place.provides}`.split(/\W+/).includes(name),
    );
  const used = mapFields(model, (fields) =>
    fields.map((field) => ({
      ...field,
      at: field.at.filter(({ role, subgraph }) => role !== 'external' || isUsed(field.name, subgraph)),
    })),
  );
  const fewer = mapFields(used, (fields, type) => (isFace(type) ? fields : fields.filter(({ at }) => at.length > 0)));
  return {
    ...fewer,
    objects: fewer.objects.filter(({ places, fields }) => places.length > 0 && fields.length > 0),
    interfaces: fewer.interfaces.filter(({ places, implementers }) => places.length > 0 && implementers.length > 0),
    unions: fewer.unions.filter(({ places }) => places.some(({ members }) => members.length > 0)),
  };
}
