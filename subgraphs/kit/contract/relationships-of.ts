/**
 * Foreign keys, written on a property or on an object, in shorthand (`customers.id`) or fully qualified
 * (`/schema/<id>/properties/<id>`, maybe after `file.yaml#`) → one shape, by name where the target is in this contract.
 */
import { issue } from '../errors/issue.ts';
import type { Relationship } from './model.ts';
import type { ObjectDocument, RelationshipDocument } from './odcs-schema.ts';
import { customPropertiesOf, type Reading } from './reading.ts';
import type { Path } from './text-value.ts';

interface Target {
  readonly object: string;
  readonly property: string;
}

/** In the order of the text: the object's own, then those of its properties. */
export function relationshipsOf(
  object: ObjectDocument,
  path: Path,
  all: readonly ObjectDocument[],
  reading: Reading,
): Relationship[] {
  const found = (object.relationships ?? []).map((written, index) => {
    const at = [...path, 'relationships', index];
    return relationship(written, at, ownProperties(written, at, object, all, reading), all, reading);
  });
  for (const [index, property] of (object.properties ?? []).entries()) {
    const at = [...path, 'properties', index];
    for (const [position, written] of (property.relationships ?? []).entries()) {
      found.push(relationship(written, [...at, 'relationships', position], [property.name ?? ''], all, reading));
    }
    if (property.items?.relationships?.length || property.properties?.some((nested) => nested.relationships?.length)) {
      const message = `The relationships inside \`${property.name}\` lead nowhere: only an object's own properties can refer.`;
      reading.issues.push(wrong(message, at, reading, 'warning'));
    }
  }
  return found.filter((each) => each !== undefined);
}

function relationship(
  written: RelationshipDocument,
  path: Path,
  from: readonly string[] | undefined,
  all: readonly ObjectDocument[],
  reading: Reading,
): Relationship | undefined {
  if (!from) return undefined;
  const targets = list(written.to).map((text) => target(text, all));
  const toObject = targets[0]?.object ?? '';
  if (targets.some((each) => each.object !== toObject)) {
    reading.issues.push(wrong('`to` names properties of several objects.', [...path, 'to'], reading));
    return undefined;
  }
  if (from.length !== targets.length) {
    const message = `${from.length} properties refer to ${targets.length}: each needs its counterpart.`;
    reading.issues.push(wrong(message, [...path, 'to'], reading));
    return undefined;
  }
  return {
    from,
    toObject,
    to: targets.map((each) => each.property),
    customProperties: customPropertiesOf(written.customProperties),
    place: reading.text.placeOf(path),
  };
}

/** `from` of an object's relationship: properties of the object itself, by name. */
function ownProperties(
  written: RelationshipDocument,
  path: Path,
  object: ObjectDocument,
  all: readonly ObjectDocument[],
  reading: Reading,
): readonly string[] | undefined {
  const own = new Set(object.properties?.map((property) => property.name));
  const targets = list(written.from ?? []).map((text) => ({ text, ...target(text, all) }));
  const stranger = targets.find((each) => each.object !== object.name || !own.has(each.property));
  if (!stranger) return targets.map((each) => each.property);
  const message = `\`from\` names \`${stranger.text}\`, which is not a property of \`${object.name}\`.`;
  reading.issues.push(wrong(message, [...path, 'from'], reading));
  return undefined;
}

function target(text: string, all: readonly ObjectDocument[]): Target {
  const reference = text.replace(/^[^#]*#/, '');
  if (!reference.includes('/')) {
    const [object = '', ...property] = reference.split('.');
    return { object, property: property.join('.') };
  }
  // section / id / properties / id: stable ids outlive a rename, names are what the rest of the kit knows.
  const [, objectId = '', , propertyId = ''] = reference.replace(/^\//, '').split('/');
  const object = all.find((each) => each.id === objectId) ?? all.find((each) => each.name === objectId);
  const property =
    object?.properties?.find((each) => each.id === propertyId) ??
    object?.properties?.find((each) => each.name === propertyId);
  return { object: object?.name ?? objectId, property: property?.name ?? propertyId };
}

const list = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

function wrong(message: string, path: Path, { text }: Reading, severity: 'error' | 'warning' = 'error') {
  return issue('CONTRACT_REFERENCE_INVALID', message, { severity, place: text.placeOf(path) });
}
