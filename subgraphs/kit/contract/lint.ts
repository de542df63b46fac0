/**
 * What makes a domain easy to find, trust and join, checked one rule at a time. A rule is a small file in lint/, and
 * this list, in this order, is the law: an error makes the mesh wrong, a warning makes it worse than it could be.
 */
import type { Issue } from '../errors/issue.ts';
import { categories } from './lint/categories.ts';
import { classification } from './lint/classification.ts';
import { deIdentified } from './lint/de-identified.ts';
import { deprecation } from './lint/deprecation.ts';
import { description } from './lint/description.ts';
import { domainName } from './lint/domain-name.ts';
import { graphqlName } from './lint/graphql-name.ts';
import { load } from './lint/load.ts';
import { meshName } from './lint/mesh-name.ts';
import { ownership } from './lint/ownership.ts';
import { physicalType } from './lint/physical-type.ts';
import { portContract } from './lint/port-contract.ts';
import { primaryKeyRule } from './lint/primary-key.ts';
import { productId } from './lint/product-id.ts';
import { qualityRule } from './lint/quality-rule.ts';
import { relationshipKey } from './lint/relationship-key.ts';
import { relationshipName } from './lint/relationship-name.ts';
import { relationshipTarget } from './lint/relationship-target.ts';
import { relationshipType } from './lint/relationship-type.ts';
import type { LintRule } from './lint/rule.ts';
import { serviceLevel } from './lint/service-level.ts';
import { storeName } from './lint/store-name.ts';
import { support } from './lint/support.ts';
import { unit } from './lint/unit.ts';
import type { Domain } from './model.ts';

export const lintRules: readonly LintRule[] = [
  domainName,
  productId,
  ownership,
  support,
  portContract,
  graphqlName,
  meshName,
  storeName,
  description,
  classification,
  categories,
  deIdentified,
  primaryKeyRule,
  relationshipTarget,
  relationshipName,
  relationshipType,
  relationshipKey,
  physicalType,
  unit,
  deprecation,
  qualityRule,
  serviceLevel,
  load,
];

/** @param mesh every domain, this one too: relationships may lead to any of them. */
export function lintDomain(domain: Domain, mesh: readonly Domain[]): Issue[] {
  return lintRules.flatMap((rule) => [...rule.check({ domain, mesh })]);
}
