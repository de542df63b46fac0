/**
 * Which properties consumers filter and sort by: counted while serving, kept in the store, and given an index by the
 * next load (contract/ddl.ts).
 */
import type { RowType } from '../contract/graph.ts';
import type { Database } from './database.ts';
import type { PageArguments } from './page.ts';
import type { Where } from './where.ts';

export interface FilterUse {
  count(type: RowType, asked: Pick<PageArguments, 'where' | 'orderBy'>): void;
  /** Adds what was counted to the store; where another process is writing, it stays counted for the next time. */
  flush(): void;
}

/** @param database one that does not wait for locks: see serve.ts. */
export function countFilterUse(database: Database): FilterUse {
  let counted = new Map<string, { object: string; property: string; uses: number }>();
  return {
    count: (type, { where, orderBy }) => {
      const names = new Set([...fieldsIn(where ?? {}), ...(orderBy ?? []).map(({ field }) => field)]);
      for (const field of type.fields) {
        if (!names.has(field.name)) continue;
        const [object, property] = [type.object.name, field.column.name];
        const key = JSON.stringify([object, property]);
        counted.set(key, { object, property, uses: (counted.get(key)?.uses ?? 0) + 1 });
      }
    },
    flush: () => {
      if (counted.size === 0) return;
      const add = database.prepare(
        `INSERT INTO weft_filter_use (object, property, uses) VALUES (:object, :property, :uses)
         ON CONFLICT (object, property) DO UPDATE SET uses = uses + excluded.uses`,
      );
      try {
        database.transaction(() => counted.forEach((use) => void add.run(use))).immediate();
        counted = new Map();
      } catch (error) {
        if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
      }
    },
  };
}

function* fieldsIn(where: Where): Generator<string> {
  for (const [name, inner] of Object.entries(where)) {
    if (Array.isArray(inner)) for (const each of inner) yield* fieldsIn(each as Where);
    else if (name === 'not' && inner) yield* fieldsIn(inner as Where);
    else yield name;
  }
}
