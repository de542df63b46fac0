/** Not by `URL.canParse`: Node 20's, once it is optimised, takes `http://münchen.example` for malformed. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
