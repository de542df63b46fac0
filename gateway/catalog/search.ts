import { SQLite } from '../../subgraphs/kit/sqlite/sqlite.ts';
import { turn } from '../engine/turn.ts';
import type { ProductEntry } from './entries.ts';

/** Longer questions are cut: nobody types them, and each word is work. */
const longest = { characters: 200, words: 16 };

export interface Search {
  /** Ids of the products that match every word, best first. */
  find(text: string): readonly string[];
  close(): void;
}

/** Full-text search over products (SQLite FTS5, bm25): a hit in a name weighs more than one in a field or description. */
export async function createSearch(products: readonly ProductEntry[]): Promise<Search> {
  const database = new SQLite(':memory:');
  database.exec(`
    CREATE VIRTUAL TABLE product USING fts5 (
      id UNINDEXED, names, fields, descriptions,
      tokenize = "porter unicode61 remove_diacritics 2", prefix = '2 3'
    );
    INSERT INTO product (product, rank) VALUES ('rank', 'bm25(0, 10, 4, 1)');
  `);
  const insert = database.prepare('INSERT INTO product (id, names, fields, descriptions) VALUES (?, ?, ?, ?)');
  for (const entry of products) {
    insert.run(entry.id, namesOf(entry), fieldsOf(entry), descriptionsOf(entry));
    await turn();
  }
  const select = database
    .prepare<[string], string>('SELECT id FROM product WHERE product MATCH ? ORDER BY rank, id')
    .pluck();
  return {
    find(text) {
      const query = matchExpression(text);
      return query === '' ? [] : select.all(query);
    },
    close: () => database.close(),
  };
}

/**
 * `gross rev` → `"gross" "rev"*`. Only letters and digits get through, each word as a quoted phrase: nothing that a
 * person types is FTS5 syntax.
 */
function matchExpression(text: string): string {
  const words = text.slice(0, longest.characters).match(/[\p{Letter}\p{Number}\p{Mark}]+/gu) ?? [];
  const phrases = words.slice(0, longest.words).map((word) => `"${word}"`);
  return phrases.length > 0 ? `${phrases.join(' ')}*` : '';
}

function namesOf({ id, product, domain, owner, tags, outputs }: ProductEntry): string {
  return lines([
    id,
    product.name,
    domain,
    owner,
    ...tags,
    ...outputs.flatMap(({ port, contract }) => [port.name, contract.name]),
  ]);
}

/** Also in words: `orderId` is one token to the tokenizer, `order_id` is two. */
function fieldsOf({ fields }: ProductEntry): string {
  return lines(
    fields.flatMap(({ coordinate, name, object, property }) => [
      coordinate,
      coordinate.replace(/([a-z0-9])([A-Z])/g, '$1 $2'),
      name,
      object.name,
      property.businessName,
      ...property.tags,
    ]),
  );
}

function descriptionsOf({ product, outputs, fields }: ProductEntry): string {
  const describing = [product.description, ...outputs.map(({ contract }) => contract.description)];
  return lines([
    ...describing.flatMap(({ purpose, usage, limitations }) => [purpose, usage, limitations]),
    ...outputs.flatMap(({ port, contract }) => [
      port.description,
      ...contract.objects.map((object) => object.description),
    ]),
    ...fields.map((field) => field.property.description),
  ]);
}

const lines = (texts: readonly (string | undefined)[]): string => texts.filter(Boolean).join('\n');
