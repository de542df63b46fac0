-- A grant is in force while the domain that gave it owns the type. Those that were given before: of whoever owns it now.
ALTER TABLE `contribution` ADD COLUMN `owner` text NOT NULL DEFAULT '';
--> statement-breakpoint
WITH `owned` AS MATERIALIZED (
  SELECT json_extract(`entry`.`value`, '$[0]') AS `coordinate`, json_extract(`entry`.`value`, '$[1]') AS `domain`
  FROM `version`
  JOIN `artefact` ON `artefact`.`digest` = `version`.`ownership`
  JOIN json_each(`artefact`.`text`) AS `entry`
  WHERE `version`.`id` = (SELECT max(`id`) FROM `version`)
)
UPDATE `contribution` SET `owner` = `owned`.`domain` FROM `owned` WHERE `owned`.`coordinate` = `contribution`.`type`;
--> statement-breakpoint
DROP INDEX `contribution_in_force`;
--> statement-breakpoint
CREATE UNIQUE INDEX `contribution_in_force` ON `contribution` (`type`, `domain`, `owner`) WHERE `revoked_at` IS NULL;
--> statement-breakpoint
-- The digest of an approval says more from now on (approvals.ts): what was asked for, or given, by another one is for nothing.
UPDATE `approval`
SET `status` = 'refused', `decided_by` = 'weft, brought up to date', `decided_at` = strftime('%Y-%m-%dT%H:%M:%fZ')
WHERE `status` IN ('requested', 'approved');
