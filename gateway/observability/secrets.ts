/** What looks like a secret in a text is left out: subgraphs and libraries put requests and settings into messages. */

const kept = '***';

/** A header's value has blanks; it ends with its line, or with the string that it stands in. */
const header = `(?:proxy-)?authorization|(?:set-)?cookie`;
const key = `pass(?:word|wd|phrase)|pwd|secret|token|credentials?|(?:api|access|private|client)[_-]?key`;
/** Between a name and its value: `=`, `: `, `":"`, `\":\"`, ` => `. */
const between = String.raw`\\?["']?\s{0,4}(?::|=>?)\s{0,4}`;
const quoted = String.raw`\\"(?:(?!\\")[^\r\n])*|"(?:[^"\\\r\n]|\\.)*|'(?:[^'\\\r\n]|\\.)*`;

const named: readonly RegExp[] = [
  new RegExp(String.raw`((?:${header})${between})(?:${quoted}|[^\r\n"']+)`, 'gi'),
  new RegExp(String.raw`((?:${key})[\w-]{0,20}${between})(?:${quoted}|[^\s"',;&|)}\]]+)`, 'gi'),
  /\b((?:bearer|basic)\s{1,4})[\w.~+/=-]{4,}/gi,
  // Of a URL with a user: RFC 3986, 3.2.1.
  /(:\/\/[^\s/@:]{0,200}:)[^\s/@]{1,200}(?=@)/g,
];

export function withoutSecrets(text: string): string {
  return named.reduce((rest, pattern) => rest.replace(pattern, (_, before: string) => `${before}${kept}`), text);
}
