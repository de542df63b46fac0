/**
 * The policies that every mesh has. A policy is a small file in this folder, and this list, in this order, is the law.
 * A mesh adds its own from a folder of its own (load-policies.ts), and lets single cases go for a while (waivers.ts).
 */
import { classificationNotLowered } from './classification-not-lowered.ts';
import { classifiedFields } from './classified-fields.ts';
import { deIdentifiedFields } from './de-identified-fields.ts';
import { deprecatedBeforeRemoval } from './deprecated-before-removal.ts';
import { deprecationReason } from './deprecation-reason.ts';
import { describedFields } from './described-fields.ts';
import { names } from './names.ts';
import { ownerAndSupport } from './owner-and-support.ts';
import { personalDataInKeys } from './personal-data-in-keys.ts';
import type { Policy } from './policy.ts';
import { qualityOfKeys } from './quality-of-keys.ts';
import { serviceLevels } from './service-levels.ts';

export const policies: readonly Policy[] = [
  ownerAndSupport,
  serviceLevels,
  describedFields,
  classifiedFields,
  classificationNotLowered,
  deIdentifiedFields,
  personalDataInKeys,
  deprecationReason,
  deprecatedBeforeRemoval,
  qualityOfKeys,
  names,
];
