CREATE TABLE `artefact` (
  `digest` text PRIMARY KEY NOT NULL,
  `text` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `version` (
  `id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  `base` integer REFERENCES `version`(`id`),
  `action` text NOT NULL,
  `domain` text,
  `manifest` text NOT NULL REFERENCES `artefact`(`digest`),
  `supergraph` text NOT NULL REFERENCES `artefact`(`digest`),
  `ownership` text NOT NULL REFERENCES `artefact`(`digest`),
  `actor` text NOT NULL,
  `origin` text NOT NULL,
  `created_at` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `contribution` (
  `id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  `type` text NOT NULL,
  `domain` text NOT NULL,
  `actor` text NOT NULL,
  `created_at` text NOT NULL,
  `revoked_at` text
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `contribution_in_force` ON `contribution` (`type`, `domain`) WHERE `revoked_at` IS NULL;
--> statement-breakpoint
CREATE TABLE `approval` (
  `id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  `digest` text NOT NULL,
  `coordinate` text NOT NULL,
  `changes` text NOT NULL,
  `domain` text NOT NULL,
  `owner` text NOT NULL,
  `status` text NOT NULL,
  `requested_by` text NOT NULL,
  `requested_at` text NOT NULL,
  `decided_by` text,
  `decided_at` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `approval_by_digest` ON `approval` (`domain`, `digest`);
--> statement-breakpoint
CREATE TABLE `token` (
  `id` text PRIMARY KEY NOT NULL,
  `hash` text NOT NULL,
  `name` text NOT NULL,
  `domains` text NOT NULL,
  `actions` text NOT NULL,
  `created_by` text NOT NULL,
  `created_at` text NOT NULL,
  `expires_at` text NOT NULL,
  `revoked_at` text
) STRICT;
--> statement-breakpoint
CREATE TABLE `audit` (
  `seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  `at` text NOT NULL,
  `actor` text NOT NULL,
  `action` text NOT NULL,
  `subject` text NOT NULL,
  `details` text NOT NULL,
  `hash` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `operation` (
  `hash` text PRIMARY KEY NOT NULL,
  `name` text,
  `text` text NOT NULL,
  `coordinates` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `usage` (
  `day` text NOT NULL,
  `client` text NOT NULL,
  `client_version` text NOT NULL,
  `operation` text NOT NULL REFERENCES `operation`(`hash`),
  `requests` integer NOT NULL,
  `errors` integer NOT NULL,
  `last_seen` text NOT NULL,
  PRIMARY KEY (`day`, `client`, `client_version`, `operation`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `usage_by_operation` ON `usage` (`operation`, `day`);
