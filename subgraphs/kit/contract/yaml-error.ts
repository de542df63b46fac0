/** What the YAML parser found, in the words of someone who wrote the file and never read YAML's grammar. */
import type { YAMLParseError } from 'yaml';

export interface SyntaxProblem {
  readonly message: string;
  readonly offset: number;
  readonly help?: string;
}

const hints = {
  colon: 'Put text that has `: ` in it in quotes.',
  key: 'Write `key: value`, with a space behind the colon; what goes on over several lines is indented below its key.',
  indent: 'Give keys that belong together the same indentation, and what belongs to a key two spaces more.',
  spaces: 'Indent with spaces.',
  quotes: 'Put the value in quotes.',
  backslash: 'Write two backslashes for one, or put the text in single quotes.',
};

/** @param errors of one document, at least one; the first is the cause, the others may say more about it. */
export function syntaxProblem(
  [first, ...others]: readonly [YAMLParseError, ...YAMLParseError[]],
  text: string,
): SyntaxProblem {
  const [offset, end] = first.pos;
  const lineOf = (at: number): number => text.slice(0, at).split('\n').length;
  const line = lineOf(offset);
  const said = `${first.message}.`.replace(/\.\.$/, '.');
  switch (first.code) {
    case 'BLOCK_AS_IMPLICIT_KEY': {
      const wide = others.find(({ code, pos }) => code === 'MULTILINE_IMPLICIT_KEY' && pos[0] === offset)?.pos[1];
      const start = wide === undefined ? -1 : text.lastIndexOf('\n', wide - 1) + 1;
      if (start <= offset)
        return { message: 'The value has `: ` in it, as only a key has.', offset, help: hints.colon };
      const message = `Line ${lineOf(start)} is indented deeper than line ${line}, whose key has a value already.`;
      return { message, offset: start, help: hints.indent };
    }
    case 'TAB_AS_INDENT':
      return { message: `Line ${line} is indented with a tab.`, offset, help: hints.spaces };
    case 'BAD_INDENT':
      if (first.message.startsWith('Flow')) break;
      return misaligned(line, offset);
    case 'MULTILINE_IMPLICIT_KEY':
    case 'MISSING_CHAR':
      if (first.message.startsWith('Sequence item')) return misaligned(line, offset);
      if (text.startsWith('- ', offset))
        return { message: `Line ${line} begins a list where a key should be.`, offset, help: hints.indent };
      if (!first.message.startsWith('Implicit')) break;
      return {
        message: `Line ${line} is neither a key with a value nor part of the line above.`,
        offset,
        help: hints.key,
      };
    case 'BAD_SCALAR_START':
      return { message: `A value cannot begin with \`${text.slice(offset, end)}\`.`, offset, help: hints.quotes };
    case 'BAD_DQ_ESCAPE':
      return { message: said, offset, help: hints.backslash };
  }
  return { message: said, offset };
}

function misaligned(line: number, offset: number): SyntaxProblem {
  return {
    message: `Line ${line} is indented like none of the lines above that it could belong to.`,
    offset,
    help: hints.indent,
  };
}
