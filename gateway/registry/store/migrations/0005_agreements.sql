-- Who may read what, for which purpose, until when.
CREATE TABLE `agreement` (
  `id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  `revision` integer NOT NULL,
  `product` text NOT NULL,
  `port` text,
  `domain` text NOT NULL,
  `team` text,
  `user` text,
  `purpose` text NOT NULL,
  `usage` text,
  `roles` text NOT NULL,
  `steps` text NOT NULL,
  `status` text NOT NULL,
  `requested_by` text NOT NULL,
  `requested_at` text NOT NULL,
  `starts_at` text,
  `ends_at` text NOT NULL,
  `reassess_at` text,
  `ended_by` text,
  `ended_at` text,
  `because` text,
  CHECK ((`team` IS NULL) <> (`user` IS NULL))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `agreement_revision` ON `agreement` (`revision`);
--> statement-breakpoint
CREATE INDEX `agreement_open` ON `agreement` (`status`, `domain`, `product`);
