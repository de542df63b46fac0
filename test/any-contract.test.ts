/** Any valid contract, dropped into a domain's folder, is a graph that composes and answers, with no code written. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { composeMesh } from '../gateway/registry/compose.ts';
import { readMesh } from '../gateway/registry/mesh.ts';
import { loadDomain } from '../subgraphs/kit/domain-folder.ts';
import { isError } from '../subgraphs/kit/errors/issue.ts';
import { generate, writeGenerated } from '../subgraphs/kit/generate.ts';
import { serveDomain } from '../subgraphs/kit/serve.ts';
import { makeMesh, root } from './mesh.ts';
import type { Answer } from './subgraph.ts';

const examples = join(root, '../shared/schemas/odcs-examples');
const files = existsSync(examples) ? readdirSync(examples) : [];
if (files.length === 0) process.stdout.write(`skipped: ${examples} is not here\n`);

describe.skipIf(files.length === 0)('the standard’s own example', () => {
  test.each(files)('%s', async (file) => {
    await using mesh = makeMesh();
    expect((await mesh.weft('init', 'domain', 'logistics')).code).toBe(0);
    mesh.write({ [`subgraphs/logistics/${file}`]: readFileSync(join(examples, file), 'utf8') });
    const dir = join(mesh.dir, 'subgraphs/logistics');

    const generated = await generate(dir);
    expect(generated.issues.filter(isError)).toEqual([]);
    await writeGenerated(generated.files);
    const composed = composeMesh((await readMesh(join(mesh.dir, 'supergraph.yaml'))).mesh);
    expect(composed.issues.filter(isError)).toEqual([]);

    const { graph } = await loadDomain(dir);
    const served = await serveDomain(dir, { port: 0, dataDir: join(mesh.dir, '.weft') });
    try {
      for (const { queries, fields } of graph.types) {
        const scalars = fields.filter((field) => field.column.scalar !== 'JSON').map((field) => field.name);
        const summary = scalars.length > 0 ? `${queries.summary} { count }` : '';
        const query = `{ ${queries.list}(first: 5) { totalCount nodes { ${scalars.join(' ')} _dataProduct { id } } } ${summary} }`;
        const response = await fetch(`${served.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        });
        const { data, errors } = (await response.json()) as Answer;
        // Validated and answered: with the truth, that nothing was loaded yet.
        expect(data).toEqual({ [queries.list]: null, ...(summary && { [queries.summary]: null }) });
        expect(new Set(errors?.map((error) => error.extensions.code))).toEqual(new Set(['NOT_LOADED']));
      }
      const objects = graph.domain.contracts.flatMap((contract) => contract.objects);
      expect(graph.types.length).toBe(objects.filter(({ properties }) => properties.length > 0).length);
    } finally {
      await served.close();
    }
  });
});
