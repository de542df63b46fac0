/** Names in a contract are anyone's text: as identifiers they are always quoted. SQLite has no other way out of quotes. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
