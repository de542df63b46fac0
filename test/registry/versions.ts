import type { Published } from '../../gateway/registry/store/manifest.ts';
import type { NewVersion } from '../../gateway/registry/store/versions.ts';

export const by = { actor: 'somebody', at: '2026-11-23T10:00:00.000Z' };

export const publicationOf = (name: string, version: number, sdl = `type Query { ${name}: Int }`): Published => ({
  ...{ name, version, sdl },
  routingUrl: `http://127.0.0.1:4001/${name}`,
  files: [],
});

export const newVersion = (given: Partial<NewVersion>): NewVersion => ({
  base: undefined,
  action: 'publish',
  domain: 'sales',
  published: [publicationOf('sales', 1)],
  supergraphSdl: 'type Query { sales: Int }',
  owners: new Map([['Query.sales', 'sales']]),
  origin: {},
  ...by,
  ...given,
});

/** A version whose texts all say its number. */
export const versionOf = (number: number, base: number | undefined): NewVersion =>
  newVersion({
    base,
    published: [publicationOf('sales', number, `# ${number}\ntype Query { sales: Int }`), publicationOf('finance', 1)],
    supergraphSdl: `# ${number}\n${'type Query { sales: Int }\n'.repeat(400)}`,
    owners: new Map([[`Query.field${number}`, 'sales']]),
  });
