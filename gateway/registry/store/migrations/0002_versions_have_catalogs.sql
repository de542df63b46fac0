-- A newer Weft composes anew what was composed with an older catalog.
ALTER TABLE `version` ADD COLUMN `catalog` text REFERENCES `artefact`(`digest`);
