import { checkGateway } from '../gateway-checks.ts';
import { checkMesh, checkNode, checkSettings, type Finding } from '../local-checks.ts';
import type { RegistryDoor } from '../registry-client.ts';
import { done, print, printJson, say, wrongInput } from '../terminal.ts';

export interface DoctorOptions extends RegistryDoor {
  readonly supergraph?: string;
  readonly json?: true;
}

/** `weft doctor`: a line for each thing looked at, and what to do; exit code 1 where something fails. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const { gateway, token, supergraph, json } = options;
  const findings = [
    checkNode(),
    checkMesh(supergraph),
    ...checkSettings(gateway, token),
    ...(await checkGateway(options)),
  ];
  if (json) printJson({ findings });
  else print(findings.map(line).join('\n'));
  const failed = findings.filter(({ outcome }) => outcome === 'fail').length;
  const warned = findings.filter(({ outcome }) => outcome === 'warn').length;
  say(`${findings.length} looked at: ${failed} failed, ${warned} to be looked into`);
  return failed > 0 ? wrongInput : done;
}

function line({ outcome, about, message, help }: Finding): string {
  const what = `${outcome.padEnd(4)}  ${about.padEnd(9)}  ${message}`;
  return help === undefined || outcome === 'ok' ? what : `${what}\n      ${''.padEnd(9)}  ${help}`;
}
