import { apolloCodes, type CodeExplanation, codes } from '../../subgraphs/kit/errors/codes.ts';
import { nearest } from '../../subgraphs/kit/errors/nearest.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { table } from '../table.ts';
import { done, print, printJson } from '../terminal.ts';

/** `weft explain CODE`: what happened, what to do. Without a code, both tables: Weft's codes, then Apollo's. */
export async function explain(code: string | undefined, options: { json?: true }): Promise<number> {
  const all: Record<string, CodeExplanation> = { ...codes, ...apolloCodes };
  if (code === undefined) {
    if (options.json) printJson(all);
    else
      print(
        table(
          ['CODE', 'WHAT HAPPENED'],
          Object.entries(all).map(([name, { summary }]) => [name, summary]),
        ),
      );
    return done;
  }
  const known = code.toUpperCase().replaceAll('-', '_');
  const explanation = Object.hasOwn(all, known) ? all[known] : undefined;
  if (!explanation) {
    const closest = nearest(known, Object.keys(all));
    throw new WeftError('CODE_UNKNOWN', `${code} is no code that Weft answers with.`, {
      ...(closest && { help: `Did you mean ${closest}? \`weft explain\` lists every code.` }),
    });
  }
  if (options.json) printJson({ code: known, ...explanation });
  else
    print(
      `${known}${Object.hasOwn(apolloCodes, known) ? '  (a code of Apollo Server)' : ''}\n\n${explanation.summary}\n\nWhat to do: ${explanation.fix}`,
    );
  return done;
}
