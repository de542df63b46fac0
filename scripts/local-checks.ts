/** What `weft doctor` looks at without asking anybody: this Node, the mesh's folder, the settings. */
import { readFileSync } from 'node:fs';
import { readConfig } from '../gateway/config.ts';
import { isLoopbackHost } from '../gateway/registry/loopback-host.ts';
import { nearest } from '../subgraphs/kit/errors/nearest.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { findMesh, openMesh } from './mesh-folder.ts';
import { plural, shownIssue, shownPath } from './terminal.ts';

export interface Finding {
  /** What was looked at. */
  readonly about: string;
  readonly outcome: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** What to do. */
  readonly help?: string;
}

export function checkNode(): Finding {
  const file = new URL('../package.json', import.meta.url);
  const least: string = JSON.parse(readFileSync(file, 'utf8')).engines.node.replace(/^>=/, '');
  const { node } = process.versions;
  const message = `Node.js ${node}`;
  if (isAtLeast(node, least)) return { about: 'node', outcome: 'ok', message };
  return { about: 'node', outcome: 'fail', message, help: `Install Node.js ${least} or later.` };
}

function isAtLeast(version: string, least: string): boolean {
  return version.localeCompare(least, 'en', { numeric: true }) >= 0;
}

/** Without a mesh here, everything that asks a gateway still works. */
export function checkMesh(supergraph: string | undefined): Finding {
  const about = 'mesh';
  if (!supergraph && !process.env.WEFT_SUPERGRAPH && !findMesh()) {
    const message = `There is no supergraph.yaml in ${process.cwd()} or above it.`;
    const help =
      'Go to the folder of a mesh, or begin one: `weft init domain <name>`. What is at the gateway can be asked from here.';
    return { about, outcome: 'warn', message, help };
  }
  try {
    const { file, entries, domains } = openMesh(supergraph);
    const message = `${shownPath(file)}: ${plural(entries.length, 'subgraph')}, ${plural(domains.length, 'domain')} with a folder here`;
    return { about, outcome: 'ok', message };
  } catch (error) {
    return failure(about, error);
  }
}

/** @param gateway where the token would be sent. */
export function checkSettings(gateway: string, token: string | undefined): Finding[] {
  const about = 'settings';
  const found: Finding[] = [...unknownSettings()];
  try {
    readConfig(process.env);
  } catch (error) {
    found.push(failure(about, error));
  }
  const { protocol, hostname, origin } = new URL(gateway);
  if (token && protocol === 'http:' && !isLoopbackHost(hostname)) {
    const message = `The token would go to ${origin} readable by whoever is on the way.`;
    found.push({ about, outcome: 'warn', message, help: 'Name an https address with --gateway or WEFT_GATEWAY.' });
  }
  return found.length > 0 ? found : [{ about, outcome: 'ok', message: 'no WEFT_… variable that is unknown or wrong' }];
}

/** A variable with a spelling mistake is not read, and nobody says so. */
function unknownSettings(): Finding[] {
  const ofGateway = Object.keys(readConfig({})).map((name) => `WEFT_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`);
  const known = [
    ...ofGateway,
    'WEFT_CURSOR_KEY',
    'WEFT_DATA',
    'WEFT_DEBUG',
    'WEFT_GATEWAY',
    'WEFT_SUBGRAPH_OPEN',
    'WEFT_TOKEN',
  ];
  const unknown = Object.keys(process.env).filter((name) => name.startsWith('WEFT_') && !known.includes(name));
  return unknown.sort().map((name): Finding => {
    const meant = nearest(name, known);
    const help = meant ? `Did you mean ${meant}?` : 'Remove it, or correct its name.';
    return { about: 'settings', outcome: 'warn', message: `Nothing reads ${name}.`, help };
  });
}

/** What kept something from being looked at. */
export function failure(about: string, error: unknown, outcome: Finding['outcome'] = 'fail'): Finding {
  if (!(error instanceof WeftError)) throw error;
  const issues = error.issues
    .map(shownIssue)
    .map(({ place, message }) => `${place ? `${place.file}:${place.line} ` : ''}${message}`);
  return { about, outcome, message: [`${error.code}  ${error.message}`, ...issues].join(' '), help: error.help };
}
