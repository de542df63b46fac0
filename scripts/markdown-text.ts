/**
 * Text of others within GitHub-flavoured Markdown: nothing of it becomes a link, an image, a mention, a tag or a cell. A
 * backslash keeps ASCII punctuation from meaning anything (CommonMark, 2.4). Mentions and references to issues are looked
 * for in what was rendered, so behind @ and # stands a space of no width.
 */
export function inMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]()#+!|<>~&$]/g, '\\$&')
    .replace(/[@#]/g, '$&&#8203;')
    .replaceAll('://', '&#58;//')
    .replace(/\bwww\./gi, 'www&#46;');
}
