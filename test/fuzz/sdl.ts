/** A model as SDL: of each subgraph with Federation 2's directives, and of the monolith that they come from. */
import {
  type ArgumentModel,
  customScalar,
  type FieldModel,
  type FieldPlace,
  type InterfaceModel,
  interfaceFieldsIn,
  type Model,
  type ObjectModel,
  type ObjectPlace,
  placeIn,
  possibleIn,
} from './model.ts';

const rootTypes = ['Query', 'Mutation'];

export function subgraphSdl(model: Model, subgraph: number): string {
  const types: string[] = [];
  for (const object of model.objects) {
    const place = object.places.find((each) => each.subgraph === subgraph);
    if (place) types.push(objectIn(model, object, place));
  }
  for (const face of model.interfaces) {
    if (face.places.includes(subgraph)) types.push(interfaceIn(model, face, subgraph));
    if (face.objects.includes(subgraph)) types.push(interfaceObjectIn(model, face, subgraph));
  }
  for (const { name, places } of model.unions) {
    const members = places.find((place) => place.subgraph === subgraph)?.members;
    if (members) types.push(`union ${name} = ${members.join(' | ')}`);
  }
  return [
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: [${imports.join(', ')}])`,
    ...withInputs(model, types),
  ].join('\n\n');
}

const imports = [
  'key',
  'shareable',
  'external',
  'requires',
  'provides',
  'override',
  'interfaceObject',
  'inaccessible',
].map((name) => `"@${name}"`);

export function monolithSdl(model: Model): string {
  const types: string[] = [];
  for (const object of model.objects.filter(({ inaccessible }) => !inaccessible)) {
    // Only what some subgraph declares is so in the merged schema.
    const faces = model.interfaces.filter(({ name, places }) =>
      places.some((subgraph) => possibleIn(model, name, subgraph).includes(object.name)),
    );
    const added = faces.flatMap(({ fields }) => fields.filter(({ at }) => at.length > 0));
    const fields = [...object.fields.filter(isResolved), ...added].filter(({ inaccessible }) => !inaccessible);
    types.push(`type ${object.name}${implementing(faces)} ${block(fields.map((field) => signature(field)))}`);
  }
  for (const face of model.interfaces) {
    const fields = face.fields.filter(
      (field) => field.at.length > 0 || face.places.some((s) => interfaceFieldsIn(model, face, s).includes(field)),
    );
    types.push(`interface ${face.name} ${block(fields.map((field) => signature(field)))}`);
  }
  for (const { name, places } of model.unions) {
    const hidden = model.objects.filter(({ inaccessible }) => inaccessible).map((object) => object.name);
    const members = new Set(places.flatMap((place) => place.members).filter((member) => !hidden.includes(member)));
    types.push(`union ${name} = ${[...members].join(' | ')}`);
  }
  return withInputs(model, types).join('\n\n');
}

const isResolved = ({ at }: FieldModel): boolean => at.some(({ role }) => role === 'resolves');

function objectIn(model: Model, { name, keys, places, fields, inaccessible }: ObjectModel, place: ObjectPlace): string {
  const { subgraph } = place;
  const faces = model.interfaces.filter((face) => face.implementers.includes(name) && face.places.includes(subgraph));
  const directives = place.keys.map((key) =>
    [` @key(fields: ${JSON.stringify(keys[key])}`, place.unresolvable ? ', resolvable: false)' : ')'].join(''),
  );
  // In one subgraph is enough (Apollo Federation, "@inaccessible").
  if (inaccessible && places[0] === place) directives.push(' @inaccessible');
  const lines = fields.flatMap((field) => {
    const declared = placeIn(field, subgraph);
    return declared ? [`${signature(field, declared.type)}${directivesOf(field, declared)}`] : [];
  });
  return `type ${name}${implementing(faces)}${directives.join('')} ${block(lines)}`;
}

function interfaceIn(model: Model, face: InterfaceModel, subgraph: number): string {
  const key = face.key ? ` @key(fields: "${face.key}")` : '';
  return `interface ${face.name}${key} ${block(interfaceFieldsIn(model, face, subgraph).map((field) => signature(field)))}`;
}

function interfaceObjectIn(model: Model, face: InterfaceModel, subgraph: number): string {
  const own = interfaceFieldsIn(model, face, subgraph).map((field) => signature(field));
  return `type ${face.name} @key(fields: "${face.key}") @interfaceObject ${block([`${face.key}: ID!`, ...own])}`;
}

function directivesOf(field: FieldModel, place: FieldPlace): string {
  const text = (name: string, value: string | undefined, argument = 'fields') =>
    value === undefined ? '' : ` @${name}(${argument}: ${JSON.stringify(value)})`;
  return [
    place.role === 'external' ? ' @external' : '',
    place.shareable ? ' @shareable' : '',
    text('requires', place.requires),
    text('provides', place.provides),
    text('override', place.override, 'from'),
    field.inaccessible && place.role === 'resolves' ? ' @inaccessible' : '',
  ].join('');
}

const signature = ({ name, args, type }: FieldModel, own: string = type): string =>
  `${name}${args.length > 0 ? `(${args.map(argument).join(', ')})` : ''}: ${own}`;

const argument = (arg: ArgumentModel): string =>
  `${arg.name}: ${arg.type}${arg.default === undefined ? '' : ` = ${arg.default}`}`;

const implementing = (faces: readonly InterfaceModel[]): string =>
  faces.length > 0 ? ` implements ${faces.map(({ name }) => name).join(' & ')}` : '';

const block = (lines: readonly string[]): string => `{\n${lines.map((line) => `  ${line}\n`).join('')}}`;

/** Adds the enums, inputs and the scalar that are mentioned, and those that these mention. */
function withInputs(model: Model, types: readonly string[]): string[] {
  const printed = [
    ...types.filter((type) => !type.endsWith('{\n}') || !rootTypes.some((root) => type.startsWith(`type ${root} `))),
  ];
  const left = new Map([
    ...model.inputs.map(({ name, fields }) => [name, `input ${name} ${block(fields.map(argument))}`] as const),
    ...model.enums.map(({ name, values }) => [name, `enum ${name} ${block(values)}`] as const),
    [customScalar, `scalar ${customScalar}`] as const,
  ]);
  for (let at = 0; at < printed.length; at++) {
    for (const [name, text] of left) {
      if (!new RegExp(`\\b${name}\\b`).test(printed[at] ?? '')) continue;
      left.delete(name);
      printed.push(text);
    }
  }
  return printed;
}
