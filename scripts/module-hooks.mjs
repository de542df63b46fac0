// What a domain's code may take for granted wherever its folder lies (https://nodejs.org/api/module.html#hooks):
// its .ts files are ES modules, also without a package.json that says so, and `weft` is the Weft that runs them.
const weft = new URL('../subgraphs/kit/weft.ts', import.meta.url).href;

export async function resolve(specifier, context, next) {
  const resolved = await next(specifier === 'weft' ? weft : specifier, context);
  return /\.ts(?:\?|$)/.test(resolved.url) ? { ...resolved, format: 'module' } : resolved;
}
