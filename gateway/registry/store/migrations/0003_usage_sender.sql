CREATE TABLE `usage_sender` (
  `id` text PRIMARY KEY NOT NULL,
  `batch` integer NOT NULL,
  `day` text NOT NULL
) STRICT;
