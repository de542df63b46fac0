/**
 * Every code a user of Weft can meet: what happened, what to do about it, and the HTTP status it maps to at the edge.
 * `weft explain CODE` prints a row; test/codes.test.ts walks the table. Codes are stable: rename one and scripts break.
 */
export interface CodeExplanation {
  readonly summary: string;
  readonly fix: string;
  readonly status: number;
}

const explain = (summary: string, fix: string, status = 400): CodeExplanation => ({ summary, fix, status });

export const codes = {
  // Reading documents (kit/contract)
  DOCUMENT_SYNTAX: explain('The file is not valid YAML or JSON.', 'Correct the text at the place named.'),
  DOCUMENT_EMPTY: explain(
    'The file holds no document.',
    'Write the contract or the data product into it, or delete the file.',
  ),
  DOCUMENT_SEVERAL: explain('The file holds several documents.', 'Give each document a file of its own.'),
  DOCUMENT_TOO_LARGE: explain(
    'The file is larger than any contract needs to be.',
    'Split it into several contracts: the limits are a million characters and 120,000 tokens.',
  ),
  DOCUMENT_TOO_DEEP: explain('The document is nested deeper than any contract needs to be.', 'Nest at most 60 levels.'),
  DOCUMENT_ENCODING: explain('The file is not UTF-8 text.', 'Save it as UTF-8, without control characters.'),
  DOCUMENT_KEY_DUPLICATE: explain(
    'A mapping has the same key twice.',
    'Keep one of them: readers disagree about which one counts.',
  ),
  DOCUMENT_KEY_FORBIDDEN: explain(
    'A key has a name that could change how a program behaves.',
    'Choose another name than `__proto__`, `constructor` or `prototype`.',
  ),
  DOCUMENT_TAG: explain(
    'A YAML tag asks for a type that a contract cannot hold.',
    'Remove the tag; write dates, binary data and the like as quoted text.',
  ),
  DOCUMENT_ALIAS: explain(
    'A YAML alias points nowhere, or aliases expand to far more than is written.',
    'Write the value out where it is used.',
  ),
  DOCUMENT_VERSION_UNSUPPORTED: explain(
    'The document is written in a version of the standard that is not supported.',
    'Set apiVersion to v3.0.0, v3.0.1, v3.0.2, v3.1.0 or v3.2.0 (ODCS), or to v0.9.0, v1.0.0 or v1.1.0 (ODPS).',
  ),
  DOCUMENT_VERSION_MISMATCH: explain(
    'The document uses what only a newer version of the standard than the one it declares allows.',
    'Set apiVersion to the version named.',
  ),
  DOCUMENT_KEY_MISSING: explain('A key that the standard requires is missing.', 'Add the key named.'),
  DOCUMENT_KEY_UNKNOWN: explain(
    'A key is not one that the standard has at this place.',
    'Correct its spelling, or say it as one of the `customProperties`.',
  ),
  DOCUMENT_VALUE_INVALID: explain(
    'A value is not one that the standard allows at this place.',
    'Write a value of the kind named.',
  ),
  DOCUMENT_NOT_EDITABLE: explain(
    'The value cannot be replaced without rewriting the file.',
    'Change the file by hand at the place named.',
  ),
  DOCUMENT_ID_DUPLICATE: explain(
    'Two files of one domain have the same id.',
    'Give each contract and each product an id of its own.',
  ),
  CONTRACT_PATTERN_INVALID: explain(
    'A regular expression is longer than 1,000 characters, or is not one in ECMAScript (ECMA-262).',
    'Correct it; a long list of values belongs in `enum`.',
  ),
  CONTRACT_REFERENCE_INVALID: explain(
    'A relationship does not lead from properties of its own object to as many properties of one other object.',
    'Write `to: object.property`, or `from` and `to` as lists of the same length on the object.',
  ),
  CONTRACT_PROPERTY_DUPLICATE: explain('An object has two properties of the same name.', 'Rename one or remove it.'),
  CONTRACT_OBJECT_DUPLICATE: explain(
    'Two contracts of one domain describe an object of the same name.',
    "Rename one: the object's name is the name of its table and its pipeline.",
  ),
  CONTRACT_UNPLACED: explain(
    'No output port names the contract, and the domain has several products that it could belong to.',
    "Name the contract's id as `contractId` of an output port.",
  ),
  PORT_CONTRACT_UNKNOWN: explain(
    'An output port names a contract that the domain does not have.',
    "Put the contract's file (`*.odcs.yaml`) into the domain's folder, or correct `contractId`.",
  ),
  PRODUCT_MISSING: explain(
    "A domain's folder has no data product (`*.odps.yaml`).",
    'Run `weft init domain`, which writes one, or add it by hand.',
  ),
  // Lint (kit/contract/lint)
  PRODUCT_UNOWNED: explain('A data product has no team with a name.', 'Add `team: { name: … }` to the product.'),
  PRODUCT_UNSUPPORTED: explain(
    'A data product has no support channel.',
    'Add `support: [{ channel: …, url: … }]` to the product or to its contract.',
  ),
  PORT_WITHOUT_CONTRACT: explain(
    'An output port names no contract.',
    'Write a contract (`*.odcs.yaml`) and name its id as `contractId` of the port.',
  ),
  OBJECT_UNDESCRIBED: explain('An object has no description.', 'Add a `description`: what one row stands for.'),
  FIELD_UNDESCRIBED: explain(
    'A field has no description.',
    'Add a `description`: what the value means, in one sentence.',
  ),
  FIELD_UNCLASSIFIED: explain(
    'A field does not say how it must be handled.',
    'Add `classification: public`, `internal`, `confidential` or `restricted`.',
  ),
  CLASSIFICATION_UNKNOWN: explain(
    'A classification is not one of the levels that the mesh knows.',
    'Use public, internal, confidential or restricted.',
  ),
  CATEGORIES_MISSING: explain(
    'A field holds personal data, or is restricted, but does not say which kinds of personal data it holds.',
    'Add the custom property `categories` (vendor weft), for example `value: [name]`, or `[]` where it holds none.',
  ),
  DE_IDENTIFIED_INVALID: explain(
    'A property says that it is de-identified, but not by which transform.',
    'Say in words what the transform does: `{ property: deIdentified, value: "rounded to the hundred" }`. Without, the field is as sensitive as what it is computed from.',
  ),
  PRIMARY_KEY_MISSING: explain(
    'An object has no primary key, so no other domain can refer to its rows.',
    'Set `primaryKey: true` on the properties that identify a row.',
  ),
  PRIMARY_KEY_OPTIONAL: explain('A property of the primary key may be missing.', 'Set `required: true` on it.'),
  RELATIONSHIP_TARGET_UNKNOWN: explain(
    'A relationship refers to something that no domain of the mesh has.',
    'Correct `to`, or add the domain that has it to supergraph.yaml.',
  ),
  RELATIONSHIP_TYPE_MISMATCH: explain(
    'The two ends of a relationship have different types.',
    'Give both properties the same logicalType, format and, for decimals, physicalType.',
  ),
  RELATIONSHIP_BY_ID: explain(
    'A relationship refers to another domain by ids, but domains know each other by names.',
    'Write `to: object.property` with the names of the object and its property.',
  ),
  RELATIONSHIP_NAME_DIFFERS: explain(
    'A relationship leads to what another domain calls otherwise in the graph than in its contract.',
    'Add the custom properties `toType`, and `toKey` for the fields of the key (vendor weft), to the relationship.',
  ),
  RELATIONSHIP_NOT_TO_KEY: explain(
    'A relationship does not refer to the primary key of its target, so it leads to no single row.',
    'Refer to all properties of the primary key, with `from` and `to` as lists where there are several.',
  ),
  PHYSICAL_TYPE_UNCLEAR: explain(
    'A physicalType begins like that of a decimal, but does not say its digits as SQL does, so that nobody can tell how many are kept.',
    'Write it as `decimal(10,2)`: digits in all, and behind the point.',
  ),
  DOMAIN_NAME_DIFFERS: explain(
    'A contract or a data product says that it belongs to another domain than the one in whose folder it is.',
    'Correct `domain`, or move the file.',
  ),
  GRAPHQL_NAME_INVALID: explain(
    'A custom property gives a name that GraphQL does not take.',
    'Write letters, digits and _, not beginning with a digit and without two _ in a row (GraphQL, "Names").',
  ),
  UNIT_MISSING: explain(
    'A measured number does not say in what it is measured.',
    'Add the custom property `unit` (vendor weft), for example USD, days or percent.',
  ),
  DEPRECATED_UNEXPLAINED: explain(
    'A deprecated field does not say what to use instead.',
    'Say it in the description: “Use … instead”, or “Removed without replacement”.',
  ),
  QUALITY_METRIC_UNKNOWN: explain(
    'A quality rule has a metric that ODCS does not know, so it is never evaluated.',
    'Use nullValues, missingValues, invalidValues, duplicateValues or rowCount, or write the rule as `type: sql`.',
  ),
  QUALITY_OPERATOR_MISSING: explain(
    'A quality rule has nothing to compare its result with, so it is never evaluated.',
    'Add one operator with a number, for example `mustBe: 0`.',
  ),
  SLA_MISSING: explain(
    'A data product is active, but promises neither freshness nor availability.',
    'Add `slaProperties`, for example `{ property: latency, value: 1, unit: d }`.',
  ),
  // Changes of contracts and products (kit/contract/diff)
  CONTRACT_BREAKING_FIELD_REMOVED: explain(
    'A field, or a whole object, that others may read is gone or is called otherwise, and the version does not say that it breaks them.',
    'Publish it with a new major version (below 1.0.0: a new minor one), or keep it and set `deprecated: true` first.',
  ),
  CONTRACT_BREAKING_CHANGE: explain(
    'Something that others may rely on changed its type, its meaning or its promise, and the version does not say that it breaks them.',
    'Publish it with a new major version (below 1.0.0: a new minor one), or take the change back.',
  ),
  CONTRACT_VERSION_UNCHANGED: explain(
    'A contract or a data product changed, but has the version that it had before.',
    'Set `version` to the one suggested; `weft contract diff` prints it.',
  ),
  CONTRACT_VERSION_BACKWARDS: explain(
    'A contract or a data product has an older version than before, or none any more.',
    'Set `version` to a later one than before: each stands for one content.',
  ),
  CONTRACT_VERSION_UNCLEAR: explain(
    'A version is no semantic one, so nobody can tell whether it breaks what was before.',
    'Write it as MAJOR.MINOR.PATCH, for example 2.0.0 (semver.org).',
  ),
  DOCUMENTS_INCOMPARABLE: explain(
    'Only two contracts or two data products can be compared, each from a place of its own.',
    'Name two files of one kind; one of them may be - for stdin.',
  ),
  // Deriving the graph (kit/contract)
  NAME_CONFLICT: explain(
    'Two things would get the same GraphQL name, or one would get none.',
    'Rename one, or set the custom property `graphqlName` (vendor weft) on it; the way back of a relationship is called by its `inverseName`.',
  ),
  SCHEMA_SYNTAX: explain(
    "The domain's own schema.graphql is not valid GraphQL.",
    'Correct the text at the place named.',
  ),
  INPUT_OPERATION_INVALID: explain(
    'The operation of an input port cannot be paged through, or asks for a field that the mesh does not have.',
    'Select one root field with `nodes { … } pageInfo { endCursor hasNextPage }`, take `$after: String`, and name fields that exist.',
  ),
  DOMAIN_INVALID: explain("A domain's contracts have errors.", 'Run `weft lint <domain>` and correct what it names.'),
  // Pipelines (kit/pipeline)
  CONTRACT_OPTION_UNUSABLE: explain(
    'One of the logicalTypeOptions of a property cannot be applied.',
    'Write a value of the kind named, or remove the option.',
  ),
  ROW_REQUIRED: explain(
    'A row has no value where the contract requires one.',
    'Correct the source or the pipeline, or drop `required` from the contract.',
  ),
  ROW_TYPE: explain(
    "A value is not of the contract's logicalType.",
    'Correct the source, or convert the value in the pipeline.',
  ),
  ROW_DIGITS: explain(
    'A number or a time has more digits than the contract keeps; it is not rounded behind your back.',
    'Round it in the pipeline, or declare a wider type.',
  ),
  ROW_LENGTH: explain('Text is shorter or longer than the contract says.', 'Correct the source or the contract.'),
  ROW_PATTERN: explain("Text does not match the contract's pattern.", 'Correct the source or the contract.'),
  ROW_ENUM: explain(
    'A value is not one of those that the contract lists.',
    'Correct the source, map the value in the pipeline, or add it to the contract.',
  ),
  ROW_RANGE: explain('A value is outside the range that the contract allows.', 'Correct the source or the contract.'),
  ROW_ITEMS: explain(
    'A list has too few, too many or repeated items for the contract.',
    'Correct the source or the contract.',
  ),
  ROW_UNKNOWN_PROPERTY: explain(
    'The pipeline yields a property that the contract does not have.',
    'Correct the spelling in the pipeline, or add the property to the contract.',
  ),
  ROW_MALFORMED: explain(
    'A record of the input cannot be read as a row.',
    'Correct the input at the line named: quotes, delimiters, brackets.',
  ),
  ROW_KEY_DUPLICATE: explain(
    'An earlier row of the same load has the same key, or the same value of a unique property.',
    'Remove the duplicate in the source or the pipeline, or widen the primary key.',
  ),
  GATE_FAILED: explain(
    'The new rows do not meet the contract, so readers keep the last good ones.',
    'Look at the checks of the run and at the rows in quarantine (`weft quarantine <domain>`); correct the source, the pipeline or the rule.',
  ),
  RUN_IN_PROGRESS: explain('Another run of the same object is at work.', 'Wait until it has ended.', 409),
  RUN_ABORTED: explain('The run was stopped before its end; nothing was changed.', 'Run it again.', 503),
  RUN_INTERRUPTED: explain(
    'The process that ran the pipeline is gone; nothing was changed.',
    'Run it again: a new run begins by cleaning up.',
    503,
  ),
  RUN_OBJECT_UNKNOWN: explain('The domain has no output of that name.', 'Choose one of those named.', 404),
  LOAD_INVALID: explain(
    'The way the contract asks to be loaded cannot work.',
    'Set the custom property `load` to full or to incremental; incremental needs a primary key.',
  ),
  PIPELINE_INVALID: explain(
    'A pipeline file does not export a pipeline.',
    'Write `export default pipeline(async function* ({ port }) { … })`, with `pipeline` from `weft`.',
  ),
  PIPELINE_FAILED: explain(
    "The domain's own pipeline function threw, ended the process, or waited for something that cannot come.",
    'Correct it at the place named.',
    500,
  ),
  INPUT_MISSING: explain(
    'There is nothing to load an object from.',
    'Put `<object>.csv`, `.json` or `.ndjson` into the domain folder, declare an input port, or write `<object>.pipeline.ts`.',
  ),
  INPUT_PORT_UNKNOWN: explain(
    'The pipeline asks for an input port that the data product does not declare.',
    'Correct the name, or add the port to `inputPorts` of the product.',
  ),
  INPUT_PORT_INVALID: explain(
    'An input port does not say where it reads from.',
    'Give it the custom property `location` (vendor weft), or put `<port>.input.graphql` beside the product.',
  ),
  INPUT_UNREADABLE: explain(
    'A file that a pipeline reads is missing or not readable.',
    'Check the location; `npm:<package>/<path>` needs the package to be installed.',
    503,
  ),
  INPUT_MALFORMED: explain(
    'A file that a pipeline reads is not what its format says, beyond single bad records.',
    'Correct it at the place named, or state another `format` at the input port.',
  ),
  INPUT_COLUMN_MISSING: explain(
    'A file has no column for a property that the contract requires.',
    'Name the column like the property, or state its name as `physicalName`; anything else needs a pipeline.',
  ),
  INPUT_QUERY_FAILED: explain(
    'Another domain did not answer the operation of an input port.',
    'See whether the gateway and that domain are up, and whether the operation still fits the graph.',
    502,
  ),
  RUN_FAILED: explain(
    'A run failed for a reason that Weft did not foresee; readers keep the last good rows.',
    'Look at the message; if it makes no sense to you, it is a bug of Weft.',
    500,
  ),
  STORE_WRITE_FAILED: explain(
    "The domain's database could not be written; readers keep the last good rows.",
    'Look for a full disk, a read-only folder, or another program that holds the file locked.',
    503,
  ),
  STORE_NEWER: explain(
    "The domain's database was written by a newer version of Weft.",
    'Update Weft, or point WEFT_DATA to another folder.',
  ),
  STORE_OLDER: explain(
    "The domain's database was written before Weft kept the columns of each snapshot.",
    'Delete it, with the `-wal` and `-shm` files beside it, and load the domain anew: `weft run <domain>`.',
  ),
  STORE_LOCKED: explain(
    "Another process is writing the domain's database, and did not end in time.",
    'Wait until the run has ended, or end the program that holds the file; then try again.',
    503,
  ),
  STORE_NAME_TAKEN: explain(
    'An object or a property has a name that the store cannot give it.',
    'Rename it in the contract, and say its own name as `physicalName`.',
  ),
  STORE_COLUMNS_CHANGED: explain(
    'The contract has other columns than the rows that were loaded before.',
    'Run once with the custom property `load` set to full.',
  ),
  // Queries (kit/store)
  PAGE_INVALID: explain(
    'The size of a page, or the way it is asked for, is not allowed.',
    'Ask for at most 1,000 rows with `first` (and `after`), or with `last` (and `before`).',
  ),
  CURSOR_INVALID: explain(
    'A cursor was not given out by this list in this order, with this filter.',
    'Use the endCursor or startCursor of a page that was asked for with the same orderBy and where; begin anew if it is an old one.',
  ),
  CURSOR_KEY_INVALID: explain(
    'The key that cursors are sealed with cannot be used.',
    'Set WEFT_CURSOR_KEY to 32 characters or more, the same for all replicas of a domain; or remove the file: a new key is made, and clients begin anew with the first page.',
  ),
  CONTEXT_MISSING: explain(
    'A subgraph that answers the gateway of its mesh only was asked by somebody else.',
    'Ask the gateway. To ask a domain of the kit itself while developing it, start it with WEFT_SUBGRAPH_OPEN=true.',
    401,
  ),
  CONTEXT_INVALID: explain(
    'A request does not come from the gateway of the mesh, or not as it was sent.',
    'Give gateway and subgraph the same WEFT_GATEWAY_SECRET and clocks that agree, and the subgraph the name that supergraph.yaml has for it.',
    401,
  ),
  CONTEXT_REPLAYED: explain(
    'A request of the gateway came to a subgraph a second time.',
    'Find out who records requests between the two: the gateway sends each of them once.',
    401,
  ),
  GATEWAY_SECRET_INVALID: explain(
    'The secret by which a subgraph knows its gateway cannot be used.',
    'Set WEFT_GATEWAY_SECRET to the same 32 characters or more for the gateway and all of its domains.',
  ),
  QUERY_INVALID: explain('A filter, group or order asks for something that is not defined.', 'Correct the argument.'),
  QUERY_TOO_COMPLEX: explain('A filter is larger than any that makes sense.', 'Ask in parts, or use `in` with a list.'),
  READ_TIMEOUT: explain(
    'A question would take longer than the domain allows.',
    'Filter by a key or a reference, ask for fewer rows, or leave totalCount out.',
    503,
  ),
  NOT_LOADED: explain(
    'A data product has no rows yet: it was never loaded, or its first load failed.',
    'Ask its team, which runs `weft run <domain>`; the catalog shows its last run.',
    503,
  ),
  ENTITY_NOT_FOUND: explain(
    'A row refers to another one that its domain does not have.',
    'The null is right. Ask the team of either side: the other row may be in quarantine, or not loaded yet.',
    404,
  ),
  READ_FAILED: explain(
    'The store could not answer.',
    'Look in the log of the domain; run `weft run <domain>` to load it anew.',
    503,
  ),
  // Composition and mesh files (gateway/registry)
  MESH_FILE_INVALID: explain(
    'supergraph.yaml cannot be used as it is written.',
    'Correct it at the place named. The format is that of `rover supergraph compose`.',
  ),
  SUBGRAPH_SCHEMA_UNREADABLE: explain(
    'The schema of a subgraph could not be read.',
    'Check `schema` of the subgraph in supergraph.yaml: the file must exist, or the address must answer `_service { sdl }`.',
  ),
  PRODUCT_ID_TAKEN: explain(
    'Data products of two domains have the same id; the catalog shows the first.',
    'Give one of them an id of its own.',
  ),
  DOCUMENT_UNREADABLE: explain(
    'A contract or a data product is there by name, but cannot be read as a file.',
    'Rename the folder of that name, or correct the permissions of the file.',
  ),
  COMPOSITION_FAILED: explain(
    'The subgraphs do not compose into one graph.',
    'Change the schema of one of the subgraphs named; the federation error code in the message is explained at apollographql.com/docs/graphos/schema-design/federated-schemas/reference/errors.',
  ),
  COMPOSITION_DISPUTED: explain(
    'The subgraphs compose, but a second composition library refuses them, or makes another graph of them.',
    'Look at what it says: one of the two libraries is wrong, and gateways that use the other one may answer otherwise.',
  ),
  GRAPH_OUTDATED: explain(
    'The gateway answers from the last graph that composed: the mesh has changed since, in a way that does not.',
    'Correct the issues that stand beside it. A gateway with --watch then sees it; any other reloads on SIGHUP.',
    503,
  ),
  // The registry (gateway/registry)
  REGISTRY_UNREADABLE: explain(
    'The file is no registry that can be opened.',
    'Name another with WEFT_REGISTRY, let the gateway read and write it, or restore it from a backup.',
    503,
  ),
  REGISTRY_NEWER: explain(
    'The registry was written by a newer version of Weft.',
    'Use that version, or restore a backup from before it.',
    503,
  ),
  REGISTRY_LOCKED: explain(
    'Another process has been writing to the registry for as long as this one waited.',
    'Try again; if it goes on, look for a process that holds the file.',
    503,
  ),
  REGISTRY_FULL: explain(
    'There is no space left for the registry. Nothing was changed.',
    'Make room on its disk, and do it again.',
    507,
  ),
  REGISTRY_FAILED: explain(
    'The disk failed under the registry. What was to be written is there as a whole or not at all; what was acknowledged before is there. The registry is opened anew by itself, and the graph goes on answering.',
    'Look after the disk. Then see whether it is there, and do it again if not.',
    503,
  ),
  REGISTRY_ENDED: explain(
    'The part of the gateway that judges and stores publications has ended: for want of memory, by a policy of the mesh, by a bug. It is started again by itself, and the graph goes on answering.',
    'Ask again in a moment; what was to be changed may be there already. The log of the gateway says why it ended.',
    503,
  ),
  STALE_BASE: explain(
    'The graph has changed since this was checked. Nothing was changed.',
    'Do it again: it is then checked against the graph that there is now.',
    409,
  ),
  VERSION_UNKNOWN: explain(
    'The graph has no version of this number.',
    'List the versions with `weft supergraph history`.',
    404,
  ),
  CONTRACT_GONE: explain(
    'A contract or a product that is in use is no longer published.',
    'Publish it with the status deprecated, or retired, first; then leave it out.',
  ),
  APPROVAL_UNKNOWN: explain(
    'There is no request for approval of this number.',
    'List the requests with `weft ownership requests`.',
    404,
  ),
  APPROVAL_DECIDED: explain(
    'The request has been decided before.',
    'An approval can be refused until it is used. For any other decision, have it requested again with --request-approval.',
    409,
  ),
  APPROVAL_OUTDATED: explain(
    'What the request is about belongs to another domain by now, which alone can decide.',
    'Publish again with --request-approval: then that domain is asked.',
    409,
  ),
  REQUESTS_TOO_MANY: explain(
    'A domain would wait for more approvals at once than anybody could read.',
    'Change less of what others own at once, or have those decided that wait: `weft ownership requests --domain` lists them.',
    429,
  ),
  AGREEMENT_INVALID: explain(
    'Access cannot be asked for like this.',
    'Name a data product, a purpose that the mesh knows, a day within the next year, and the roles of its contract that you need.',
    400,
  ),
  AGREEMENT_UNKNOWN: explain(
    'There is no agreement of this number.',
    'List requests and agreements with `weft access list`.',
    404,
  ),
  AGREEMENT_DECIDED: explain(
    'The agreement is no longer in the state for that.',
    '`weft access list --status all` says what became of it. Ask for access again with `weft access request`.',
    409,
  ),
  AGREEMENT_NOT_YOURS: explain(
    'Others decide about this agreement.',
    'Ask those whom the message names. `weft access list` says who has to approve what.',
    403,
  ),
  ASKER_ANONYMOUS: explain(
    'Access is given to somebody, and nobody was named.',
    'Show the token that you query with: with --token, or in WEFT_TOKEN.',
    401,
  ),
  ACCESS_POLICIES_ABSENT: explain(
    'This gateway lets everybody read everything: there is no access to ask for.',
    'Start it with access policies: `WEFT_ACCESS_POLICIES=<folder>`, or `weft up --access-policies <folder>`.',
    409,
  ),
  ACCESS_CHANGED: explain(
    'What may be read has changed while the answer was on its way.',
    'Ask again: the next answer is by what is in force now.',
    403,
  ),
  PERMISSION_WITHDRAWN: explain(
    'A grant or an approval was taken back, or used up, while the change that relied on it was checked. Nothing was changed.',
    'Do it again: if the owner has to agree, it is said then.',
    409,
  ),
  SUBGRAPH_UNKNOWN: explain(
    'The graph has no subgraph of this name.',
    'List the subgraphs with `weft subgraph list`.',
    404,
  ),
  TYPE_UNKNOWN: explain(
    'The graph has no type of this name, so there is nobody who could open it for others.',
    'List what there is with `weft ownership show`.',
    404,
  ),
  TYPE_OPEN_TO_ALL: explain(
    'A root type is open for fields of every domain: there is nothing to grant.',
    'Publish the field: it belongs to the domain that publishes it first.',
    409,
  ),
  SCHEMA_TOO_DEEP: explain(
    'A schema is nested deeper than any gateway could read.',
    'Nest lists and values at most a hundred levels deep.',
  ),
  PUBLICATION_FILE_INVALID: explain(
    'A file of a publication is no contract or data product by its name, or is there twice.',
    'Call it <name>.odcs.yaml or <name>.odps.yaml (or .json), without folders.',
  ),
  REGISTRY_BUSY: explain(
    'More publications wait to be judged than the registry lets wait, or it reads the usage that another gateway reports.',
    'Do it again in a moment; a gateway that reports does it by itself.',
    503,
  ),
  TOKEN_USELESS: explain(
    'A token for the action usage is for all domains, or of no use.',
    "Make it with `--domain '*'`, and another one for what is done to single domains.",
  ),
  CONSUMER_TOKEN_INVALID: explain(
    'A token for a consumer cannot be made with what is to be said of it.',
    'Give it a name, and a team, roles and attributes that are plain text, each name once: `weft token create-consumer reports --team Analytics --attribute region=eu`.',
  ),
  TOKEN_UNKNOWN: explain('There is no token of this id.', 'List the tokens with `weft token list`.', 404),
  REGISTRY_ABSENT: explain(
    'The gateway serves its mesh without a registry, so nothing can be published to it.',
    'Name a gateway with a registry by --gateway or WEFT_GATEWAY, or start this one with WEFT_REGISTRY=<file>.',
    501,
  ),
  AUDIT_BROKEN: explain(
    'The audit log of the registry, or the audit of reads, is not as it was written: somebody has changed the database, or its disk has.',
    'Compare the file with a backup, and find out who could write to it; entries before the one named are sound.',
    500,
  ),
  // Who read what (gateway/audit)
  AUDIT_UNAVAILABLE: explain(
    'What is read is recorded before it is answered, and now it cannot be recorded. Nothing was given away.',
    'Ask again in a moment. The log of the gateway says why: look after the space on its disk, and who else writes to the file (WEFT_READ_AUDIT).',
    503,
  ),
  AUDIT_FILE_INVALID: explain(
    'The file cannot be opened as an audit of reads.',
    'Set WEFT_READ_AUDIT to a file that Weft made, that this Weft can read and write, or to one that is not there yet.',
    500,
  ),
  AUDIT_ABSENT: explain(
    'The gateway does not record who reads what.',
    'Set WEFT_READ_AUDIT=<file> beside WEFT_REGISTRY=<file>, and start the gateway again: it records from then on.',
    404,
  ),
  FIELD_UNKNOWN: explain(
    'The graph has no such field, and nobody is on record as having read one.',
    'Name a field of the graph (`Customer.name`), or a property by its contract, product or domain (`customers.customers.name`); `weft catalog show` lists them.',
    404,
  ),
  TIME_INVALID: explain(
    'What was given is no point in time.',
    'Write it as ISO 8601, `2026-11-01` or `2026-11-01T08:00:00Z`; on the command line, also as so long ago: `7d`, `12h`, `30m`.',
  ),
  // Delivery of the graph (gateway/registry/delivery, gateway/http)
  NOTHING_PUBLISHED: explain(
    'The registry has no graph to give yet.',
    'Publish subgraphs that compose; whoever waits then gets the graph by itself.',
    503,
  ),
  TOKEN_MISSING: explain(
    'The registry does this only for whoever shows a token that it knows.',
    'Send the token in the header X-Hive-CDN-Key, or as `Authorization: Bearer …`; a revoked or expired one has to be replaced.',
    401,
  ),
  TOKEN_NOT_ENOUGH: explain(
    'The token is known, but may not do this.',
    'Ask whoever runs the registry for a token with this action.',
    403,
  ),
  REGISTRY_UNREACHABLE: explain(
    'A gateway cannot ask its registry for the graph; it goes on answering from the last one.',
    'Start the registry, or correct its address; the gateway asks again by itself.',
    503,
  ),
  REGISTRY_REFUSED: explain(
    'A gateway shows its registry a token that the registry does not take.',
    "Give the gateway a token that is not expired or revoked: `weft token create <name> --domain '*' --action usage` may read the graph and report its usage.",
    502,
  ),
  ARTEFACT_DAMAGED: explain(
    'A graph from the registry or from disk is not what was once composed, and is not used.',
    'From disk: the gateway replaces it by itself; look after the disk. Over the network: look for what changes answers on the way.',
    502,
  ),
  ARTEFACT_OLDER: explain(
    'The registry offers a graph that is not newer than the one that answers, as after it was restored from a backup.',
    'Publish again what is missing from the registry. To go back on purpose, delete the file with the last good graph and start the gateway again.',
    502,
  ),
  ARTEFACT_NOT_KEPT: explain(
    'The graph answers, but could not be kept on disk: the gateway could not start from it while the registry is away.',
    'Make room on the disk, and let the gateway write to the folder named.',
    503,
  ),
  // What a publication is judged by (gateway/registry, gateway/governance)
  OWNERSHIP_VIOLATION: explain(
    'A publish changes something of the graph that belongs to another domain.',
    'Leave it as it is, or ask its owner: `weft ownership requests` lists what waits for an approval.',
    403,
  ),
  ROUTING_URL_INVALID: explain(
    'The routing URL is not an http or https address that every reader reads alike.',
    'Write http:// or https://, the host, the port and the path, and nothing else: no name or password, no #.',
  ),
  ROUTING_URL_REFUSED: explain(
    'The routing URL leads to where this mesh sends no requests.',
    'Publish the address at which the subgraph is served. Whoever runs the registry can allow loopback and private networks, hosts and ports.',
  ),
  CONTRACT_SDL_DRIFT: explain(
    'The schema of a domain is not what its contracts say.',
    'Change the one of the two that is wrong. `weft generate` writes the schema that the contracts give; fields and types that no contract declares may be added.',
  ),
  POLICY_VIOLATION: explain(
    'A publication breaks a policy of the mesh; the message begins with the policy.',
    'Do what the policy asks for, or ask for a waiver: an entry in governance/waivers.yaml with an owner, a reason and an end.',
  ),
  POLICY_WAIVER_EXPIRED: explain(
    'The time of a waiver is over, so the policy counts again.',
    'Do what the policy asks for, and remove the waiver from governance/waivers.yaml, or have it renewed by its owner.',
  ),
  POLICY_WAIVER_INVALID: explain(
    'The list of waivers cannot be used as it is written.',
    'Correct it at the place named: each waiver has policy, coordinate or product, owner, reason, and expires as 2027-03-31.',
  ),
  POLICY_FAILED: explain(
    'A policy could not judge a publication: it threw, took too long, or answered with what are no findings.',
    'Correct the policy named; until then nothing can be published that it has to judge.',
  ),
  POLICY_INVALID: explain(
    'A file in the folder of policies holds no policy that can be used.',
    'Export as default one policy or a list: { id, title, severity, why, check(subject) }, with an id of its own.',
  ),
  // Who may read what (governance/access)
  ACCESS_POLICY_INVALID: explain(
    'An access policy cannot be used as it is written.',
    'Correct it at the place named. Until all access policies of the folder can be used, none is.',
  ),
  ACCESS_POLICY_ID: explain(
    'An access policy has no id of its own.',
    'Begin each policy with @id("…"), in kebab-case; who is refused something is told it.',
  ),
  ACCESS_PURPOSES_INVALID: explain(
    'The purposes that data may be read for cannot be used as they are written.',
    'Correct purposes.yaml at the place named: `purposes: { marketing: { title: Marketing, parents: [] } }`.',
  ),
  ACCESS_TESTS_INVALID: explain(
    'An example of what access policies decide cannot be used as it is written.',
    'Correct it at the place named: `{ asker: analyst, purpose: reporting, fields: { Customer.name: mask redact } }`.',
  ),
  ACCESS_TEST_FAILED: explain(
    'The access policies decide something else than an example of theirs expects.',
    'Correct the policies that the message names, or the example.',
  ),
  ACCESS_POLICY_UNTESTED: explain(
    'An access policy decides none of the examples beside it.',
    'Add an example to a `*.tests.yaml` beside the policies that it decides, or remove the policy.',
  ),
  READS_NOT_RECORDED: explain(
    'What has been asked, and by whom, is not recorded: there is nothing that other access policies could be held against.',
    'Ask the gateway that records who reads what, and answers what is to be judged.',
  ),
  ACCESS_ROWS_UNFILTERED: explain(
    'Policies say which rows of a type, or which summaries, may be read, and a subgraph that serves them cannot leave out the others.',
    'Set WEFT_GATEWAY_SECRET for the gateway and its domains, and run `weft generate` for those of the kit; a subgraph of another make that filters rows itself says so in its schema, by linking https://specs.weft.dev/row-filters/v1.0.',
    403,
  ),
  PURPOSE_AMBIGUOUS: explain(
    'A request states one purpose in its header, and another one in its operation.',
    'State it once: by the header weft-purpose (over a WebSocket, in connectionParams), or by `@purpose(is: "…")` at the operation.',
  ),
  ACCESS_DENIED: explain(
    'Whoever asks may not read this field, or not for this purpose.',
    'State the purpose that you read it for, or ask the team that the message names for access.',
    403,
  ),
  OPERATION_BROKEN: explain(
    'Clients send an operation that the new graph would break: it would not be valid, or answer in another shape.',
    'Deprecate what it uses, and change or remove it when the clients named no longer ask for it.',
    409,
  ),
  USAGE_UNKNOWN: explain(
    'Something is removed, or changed so that operations may break, and of the last 30 days none has been recorded on more than a few: whom it breaks is not known.',
    'Ask your consumers before you publish. Gateways record what they are sent with WEFT_REGISTRY=<file>, or with WEFT_REGISTRY=https://… and a token for the action usage; gateways of others do not.',
  ),
  USAGE_INVALID: explain(
    'A gateway reports usage that no gateway counts so: in another shape, of a day to come, or of what is no operation. Nothing of the report is kept.',
    "Look after the clock of that gateway, and give it this registry's version of Weft; a token for usage belongs to gateways only.",
  ),
  USAGE_INCOMPLETE: explain(
    'A gateway reports usage of operations that the registry does not have, as after it was restored from a backup.',
    'Wait: the gateway reports the same again, with the texts of all operations.',
    409,
  ),
  OPERATION_ENDANGERED: explain(
    'Clients send an operation that works on, but would get values, types or defaults that it did not get before.',
    'Tell the teams of the clients named before you publish.',
  ),
  // Gateway (gateway/http, gateway/engine)
  CONFIG_INVALID: explain(
    'A setting of the gateway has a value that it cannot have.',
    'Correct the flag or the WEFT_… variable named.',
  ),
  SUPERGRAPH_REFUSED: explain(
    'The subgraphs compose, but the engine cannot execute the graph.',
    'Remove what the message names from the subgraph schemas: it is a feature that this engine does not have.',
  ),
  PLAN_TIMEOUT: explain(
    'Planning the operation takes too long: it leaves too many ways to ask the domains for its fields.',
    'Ask in several operations, with fewer fragments on interfaces and unions in each.',
    503,
  ),
  PLAN_FAILED: explain(
    'The operation is valid, but its query plan could not be made.',
    'Ask in a simpler way; the log of the gateway has the reason, which is worth a report.',
    500,
  ),
  UNSEEN_OPERATIONS_EXCEEDED: explain(
    'A client sends more operations that were never planned before than it may.',
    'Send values as variables instead of writing them into the text: then it is one operation, which is planned once.',
    429,
  ),
  GRAPH_UNAVAILABLE: explain(
    'The gateway has no graph to answer from, because composition failed.',
    'Correct the issues listed; a gateway with --watch then answers by itself, another on SIGHUP. Until then /catalog still answers.',
    503,
  ),
  TOKEN_INVALID: explain(
    'The request shows a token that does not say who asks: it has expired, is of another issuer or for others, or is none.',
    'Get a new one from the issuer that this gateway takes tokens of, or send no Authorization to ask as anybody.',
    401,
  ),
  ISSUER_UNREACHABLE: explain(
    'The gateway cannot read the keys of the issuer of tokens. Those that it has count for up to an hour; without, it can verify no token.',
    'Look whether WEFT_JWKS_URL answers the gateway with a set of keys. It is asked again by itself.',
    503,
  ),
  OPERATION_INVALID: explain(
    'The operation is not valid against the graph.',
    'Correct it at the line and column named.',
  ),
  OPERATION_TOO_DEEP: explain(
    'The operation nests fields, lists or objects deeper than any question needs, or leads back to one type of the catalog again and again.',
    'Nest at most 15 fields, pass each type of the catalog at most twice on a path, and ask the rest in another operation.',
  ),
  OPERATION_TOO_MANY_ALIASES: explain(
    'The operation asks for the same again and again under other names.',
    'Use at most 30 aliases in one operation; ask for many of a kind with a list or a filter.',
  ),
  OPERATION_TOO_MANY_ROOT_FIELDS: explain(
    'The operation asks more questions at once than one request may.',
    'Select at most 20 fields of Query or Mutation in one operation.',
  ),
  OPERATION_TOO_MANY_DIRECTIVES: explain(
    'The operation has more directives than any question needs.',
    'Use at most 50 directives in one operation, and at most 5 in one place.',
  ),
  OPERATION_TOO_COMPLEX: explain(
    'The operation, with its fragments written out, selects more than can be looked at, or the same too often.',
    'Spread each fragment once per place, and split the operation.',
  ),
  OPERATION_TOO_EXPENSIVE: explain(
    'The operation may answer more objects than one request may, going by the sizes of its pages and by what the graph says of its cost.',
    'Ask for shorter pages (`first`), nest fewer lists, or split the operation.',
  ),
  COST_BUDGET_SPENT: explain(
    'The consumer has asked for as much as it may within a minute, in units of cost.',
    'Wait as long as Retry-After says; ask for less, or for more budget.',
    429,
  ),
  NOT_FOUND: explain('The gateway serves nothing at this path.', 'Ask at /graphql or /catalog.', 404),
  METHOD_NOT_ALLOWED: explain(
    'The path is there, but does not take this HTTP method.',
    'Use one of the methods that the header Allow names.',
    405,
  ),
  MEDIA_TYPE_UNSUPPORTED: explain(
    "The request's body is not JSON in UTF-8, uncompressed, with the content-type application/json.",
    'Send it so. Forms, other charsets and compressed bodies are not read.',
    415,
  ),
  REQUEST_INVALID: explain(
    "The request's body cannot be read as JSON in UTF-8.",
    'Correct the body: {"query": "…", "variables": {…}}.',
  ),
  REQUEST_TOO_LARGE: explain(
    "The request's body is larger than one megabyte.",
    'Send less: an operation and its variables need a few kilobytes.',
    413,
  ),
  OVERLOADED: explain(
    'The gateway has more to do than it can do in time, and refused the request before doing anything for it.',
    'Ask again after Retry-After. Requests with `x-weft-priority: batch` are refused first.',
    503,
  ),
  SUBGRAPH_UNREACHABLE: explain(
    'A domain does not answer.',
    "Start the domain's subgraph; the other domains still answer.",
    503,
  ),
  SUBGRAPH_ADDRESS_REFUSED: explain(
    "A domain's address, or what its name leads to now, is one that the gateway sends nothing to.",
    "Read the gateway's log for the address. Whoever runs the gateway allows loopback, private, link-local and metadata addresses by WEFT_ROUTING_ADDRESSES.",
    502,
  ),
  SUBGRAPH_TIMEOUT: explain(
    'A domain took too long to answer.',
    'Ask for less at once, or raise WEFT_SUBGRAPH_TIMEOUT_MS.',
    504,
  ),
  SUBGRAPH_OVERLOADED: explain(
    'A domain has as many requests under way and waiting as the gateway lets it have.',
    'Ask again in a moment; if that goes on, the domain needs more instances or faster answers.',
    503,
  ),
  SUBGRAPH_CIRCUIT_OPEN: explain(
    'A domain failed on half of its last requests, so it is not asked for a few seconds.',
    "Read the gateway's log for what failed. One request in five seconds tries whether the domain is back.",
    503,
  ),
  REQUEST_TIMEOUT: explain(
    'The time for the whole request was up before every domain had answered.',
    'Ask for less at once, or raise WEFT_REQUEST_TIMEOUT_MS.',
    504,
  ),
  REQUEST_ABORTED: explain(
    'The consumer hung up before it had its answer.',
    'Nothing is wrong on this side: what was still being fetched for the request was stopped.',
    499,
  ),
  SUBGRAPH_BAD_RESPONSE: explain(
    'A domain answered with something that is not a GraphQL response.',
    "Check the subgraph's routing_url and its log.",
    502,
  ),
  SUBGRAPH_ERROR: explain(
    'A domain failed on a field. Its own message is in the log of the gateway only, since it may name internals.',
    "Read the gateway's log; give the error a code (`extensions.code`) in the subgraph if consumers should see its message.",
    502,
  ),
  NULL_FOR_NON_NULL: explain(
    'A domain answered null, or nothing, for a field that its schema says is never null.',
    "Correct the domain's data, or make the field nullable in its contract.",
    502,
  ),
  // Subscriptions (gateway/engine, gateway/http/streams)
  SUBSCRIPTION_NEEDS_STREAM: explain(
    'A subscription was sent as if it were a query, but it has many answers.',
    'Send it to the same address with `Accept: text/event-stream` (graphql-sse), or over a WebSocket (graphql-transport-ws).',
    406,
  ),
  SUBSCRIPTIONS_UNSUPPORTED: explain(
    'The engine of the gateway has no subscriptions.',
    'Run the gateway with `--engine weft`.',
    501,
  ),
  SUBSCRIPTION_CONSUMER_SLOW: explain(
    'The events of a subscription came faster than its consumer took them, for too long.',
    'Subscribe again, select less or filter more, and read events without waiting for what they cause.',
    429,
  ),
  SUBSCRIPTION_FIELD_GONE: explain(
    'The graph was changed, and no longer has a field that a running subscription selects.',
    'Subscribe again without the fields named; their owner says what to use instead.',
    410,
  ),
  SUBSCRIPTIONS_EXCEEDED: explain(
    'A WebSocket has as many operations under way as it may.',
    'End some of them, or open another connection: one takes 100 at a time.',
    429,
  ),
  GATEWAY_CLOSING: explain(
    'The gateway is about to stop, so it ended a subscription.',
    'Subscribe again: another instance answers, or this one as soon as it is back.',
    503,
  ),
  ORIGIN_FORBIDDEN: explain(
    'A page of another site asked for a stream, as it could do with the credentials of whoever looks at it.',
    'Allow the site by WEFT_ALLOWED_ORIGINS; anything but a browser sends no Origin.',
    403,
  ),
  // Command line (scripts)
  MESH_NOT_FOUND: explain(
    'There is no supergraph.yaml here or in a folder above.',
    'Go to the folder of a mesh, name the file with --supergraph, or begin one: `weft init domain <name>`.',
  ),
  DOMAIN_UNKNOWN: explain(
    'supergraph.yaml has no such domain with a folder here.',
    'Use a name of its `subgraphs`, or add the domain: `weft init domain <name>`.',
  ),
  DOMAIN_EXISTS: explain(
    'The domain, or a folder of its name, is already there.',
    'Choose another name, or go on in the folder that exists.',
  ),
  DOMAIN_NAME_INVALID: explain(
    'The name cannot be the name of a subgraph.',
    'Use lower-case letters, digits, - and _, begin with a letter, and stay below 65 characters.',
  ),
  MESH_NOT_EDITABLE: explain(
    'supergraph.yaml is written in a way that Weft cannot extend without touching the rest of it.',
    'Add the lines that the message shows by hand.',
  ),
  GENERATED_STALE: explain(
    'A generated file is not what its contracts give today.',
    'Run `weft generate` and commit the result.',
  ),
  PORT_IN_USE: explain(
    'A port that the mesh needs is in use, or cannot be opened.',
    'End that program (perhaps another `weft up`), or choose another port with --port.',
  ),
  GATEWAY_UNREACHABLE: explain(
    'No gateway of Weft answers at the address.',
    'Start the mesh with `weft up`, or name the address of a running gateway with --gateway or WEFT_GATEWAY.',
    503,
  ),
  MESH_NOT_READY: explain(
    'A process of the mesh did not become healthy in time.',
    'Read its lines above; `weft serve <domain>` or `weft gateway` runs it alone.',
    503,
  ),
  OPERATION_MISSING: explain(
    'There is no operation to send.',
    'Give one as the argument, in a file with --file, or on stdin with -.',
  ),
  CONFIRMATION_NEEDED: explain(
    'The command changes what cannot be had back by doing it again, and nobody could be asked.',
    'Say --yes where no terminal is, as in CI; --dry-run, where there is one, only shows what would be.',
  ),
  PRODUCT_UNKNOWN: explain(
    'The catalog has no data product with this id.',
    'Find the id with `weft catalog search <text>`.',
    404,
  ),
  CATALOG_FAILED: explain(
    'The catalog refused the question or could not answer it.',
    'Correct what the message names; if it names nothing of yours, read the log of the gateway.',
    502,
  ),
  CODE_UNKNOWN: explain('It is no code that Weft answers with.', 'List the codes with `weft explain`.', 404),
} satisfies Record<string, CodeExplanation>;

export type Code = keyof typeof codes;

/**
 * Codes that GraphQL clients meet in answers of Weft, and that are not Weft's: those of Apollo Server
 * (https://www.apollographql.com/docs/apollo-server/data/errors).
 */
export const apolloCodes: Readonly<Record<string, CodeExplanation>> = {
  GRAPHQL_PARSE_FAILED: explain(
    'The operation is not valid GraphQL.',
    'Correct its text at the line and column named.',
  ),
  GRAPHQL_VALIDATION_FAILED: explain(
    'The operation is GraphQL, but does not fit the graph: it asks for a field, an argument or a type that is not there.',
    'Correct it at the line and column named; GraphiQL at the address of the gateway completes names.',
  ),
  BAD_USER_INPUT: explain(
    'A variable or an argument has a value that its type does not allow.',
    'Correct the value named.',
  ),
  OPERATION_RESOLUTION_FAILURE: explain(
    'The request holds several operations and does not say which one is meant, or names one that is not there.',
    'Send the name as `operationName`.',
  ),
  BAD_REQUEST: explain(
    'The HTTP request is not one of GraphQL over HTTP.',
    'Post JSON with `query` and, where there are any, `variables`, as content-type application/json.',
  ),
  PERSISTED_QUERY_NOT_FOUND: explain(
    'The client sent only the hash of an operation, which the gateway does not know (any more).',
    'Send the operation with its hash once; clients with automatic persisted queries do so by themselves.',
    200,
  ),
  INTERNAL_SERVER_ERROR: explain(
    'The server failed on the operation for a reason that it did not foresee.',
    'Read the log of the gateway or of the domain; report what it says if it makes no sense to you.',
    500,
  ),
};
