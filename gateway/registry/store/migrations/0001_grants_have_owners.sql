-- A grant is in force while the domain that gave it owns the type. Those that were given before: of whoever owns it now.
ALTER TABLE `contribution` ADD COLUMN `owner` text NOT NULL DEFAULT '';
--> statement-breakpoint
UPDATE `contribution` SET `owner` = coalesce((
  SELECT json_extract(`entry`.`value`, '$[1]')
  FROM `version`
  JOIN `artefact` ON `artefact`.`digest` = `version`.`ownership`
  JOIN json_each(`artefact`.`text`) AS `entry`
  WHERE `version`.`id` = (SELECT max(`id`) FROM `version`)
    AND json_extract(`entry`.`value`, '$[0]') = `contribution`.`type`
), '');
--> statement-breakpoint
DROP INDEX `contribution_in_force`;
--> statement-breakpoint
CREATE UNIQUE INDEX `contribution_in_force` ON `contribution` (`type`, `domain`, `owner`) WHERE `revoked_at` IS NULL;
