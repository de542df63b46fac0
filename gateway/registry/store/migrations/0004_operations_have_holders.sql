-- Of what is recorded, nobody may hold all: who sent an operation first, and how much room it takes.
ALTER TABLE `operation` ADD COLUMN `client` text NOT NULL DEFAULT '';
--> statement-breakpoint
ALTER TABLE `operation` ADD COLUMN `size` integer NOT NULL DEFAULT 0;
--> statement-breakpoint
UPDATE `operation` SET
  `client` = coalesce((SELECT `client` FROM `usage` WHERE `operation` = `hash` ORDER BY `day` LIMIT 1), ''),
  `size` = length(`text`) + length(`coordinates`);
--> statement-breakpoint
CREATE INDEX `operation_by_client` ON `operation` (`client`, `size`);
--> statement-breakpoint
CREATE INDEX `usage_by_client` ON `usage` (`client`);
