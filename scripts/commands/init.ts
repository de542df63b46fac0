/**
 * `weft init domain <name>`: the smallest folder that is a domain, and its entry in supergraph.yaml. Contracts and rows
 * need nothing more than to be put into the folder.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { catalogName } from '../../gateway/registry/supergraph-file.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { addSubgraph, nextPort } from '../add-subgraph.ts';
import { findMesh } from '../mesh-folder.ts';
import { freePortFrom } from '../ports.ts';
import { done, printJson, say, shownPath } from '../terminal.ts';

export async function initDomain(name: string, options: { supergraph?: string; json?: true }): Promise<number> {
  if (!/^[a-z][a-z0-9_-]{0,63}$/.test(name) || name === catalogName) {
    throw new WeftError('DOMAIN_NAME_INVALID', `${JSON.stringify(name)} cannot be the name of a domain.`);
  }
  const supergraph = options.supergraph ? resolve(options.supergraph) : (findMesh() ?? resolve('supergraph.yaml'));
  const folder = join(dirname(supergraph), 'subgraphs', name);
  const shown = shownPath(folder);
  if (existsSync(folder)) throw new WeftError('DOMAIN_EXISTS', `${shown} is already there.`);

  const before = existsSync(supergraph) ? readFileSync(supergraph, 'utf8') : emptyMesh;
  const mesh = { file: supergraph, text: before };
  const { text, routingUrl } = addSubgraph(mesh, name, await freePortFrom(nextPort(mesh))); // Before anything is written: it may refuse.
  const product = join(folder, `${name}.odps.yaml`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(product, dataProduct(name), { flag: 'wx' });
  writeFileSync(supergraph, text);

  if (options.json) printJson({ domain: name, folder, files: [product, supergraph], routingUrl });
  say(`wrote ${shownPath(product)}
added ${name} (${routingUrl}) to ${shownPath(supergraph)}

Next:
  Put a contract into ${shown}, for example shipments.odcs.yaml, and its rows beside it, named after the
  contract's object: shipments.csv, .json or .ndjson. Then

  weft lint ${name}   what the contract still lacks
  weft run ${name}    loads the rows; those that break the contract go to quarantine
  weft up${' '.repeat(name.length)}      serves the mesh; where that is elsewhere, \`weft serve ${name}\` and \`weft publish\``);
  return done;
}

const emptyMesh = `# The mesh: its subgraphs, in rover's format (https://www.apollographql.com/docs/rover/commands/supergraphs).
federation_version: 2
`;

const title = (name: string): string => {
  const words = name.replace(/[-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const dataProduct = (
  name: string,
): string => `# A data product of the domain ${name}, in ODPS 1.0 (https://bitol-io.github.io/open-data-product-standard).
# While this is the only product here, every contract (*.odcs.yaml) in this folder is one of its output ports.
# The rows of a contract's object are in <object>.csv, .json or .ndjson beside it, or come from <object>.pipeline.ts.
apiVersion: v1.0.0
kind: DataProduct
id: ${name}
name: ${title(name)}
version: 1.0.0
status: draft
domain: ${name}
description:
  purpose: What these data are for, and for whom.
team:
  name: ${name}
`;
