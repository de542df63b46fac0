-- Who may ask at the graph, and as whom.
CREATE TABLE `consumer_token` (
  `id` text PRIMARY KEY NOT NULL,
  `revision` integer NOT NULL,
  `hash` text NOT NULL,
  `name` text NOT NULL,
  `team` text,
  `roles` text NOT NULL,
  `attributes` text NOT NULL,
  `created_by` text NOT NULL,
  `created_at` text NOT NULL,
  `expires_at` text NOT NULL,
  `revoked_at` text
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `consumer_token_revision` ON `consumer_token` (`revision`);
