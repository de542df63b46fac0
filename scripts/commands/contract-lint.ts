import { graphOf } from '../../subgraphs/kit/contract/graph-of.ts';
import { lintDomain } from '../../subgraphs/kit/contract/lint.ts';
import { loneDomain } from '../../subgraphs/kit/contract/lone-domain.ts';
import type { Domain } from '../../subgraphs/kit/contract/model.ts';
import { type Issue, isError } from '../../subgraphs/kit/errors/issue.ts';
import { type ReadDocument, readDocument } from '../read-document.ts';
import { countIssues, done, printJson, say, sayIssues, shownIssue, wrongInput } from '../terminal.ts';

export interface ContractLintOptions {
  readonly strict?: true;
  readonly json?: true;
}

/** `weft contract lint`: what one contract or one data product says wrong by itself, without the domain around it. */
export async function contractLint(file: string, options: ContractLintOptions): Promise<number> {
  const read = await readDocument(file);
  const issues = [...read.issues, ...ownIssues(read)];
  if (options.json) printJson({ issues: issues.map(shownIssue) });
  sayIssues(issues);
  say(`${file === '-' ? 'stdin' : file}: ${countIssues(issues)}`);
  return issues.some((each) => options.strict || isError(each)) ? wrongInput : done;
}

function ownIssues({ contract, product }: ReadDocument): readonly Issue[] {
  if (contract) {
    const domain = loneDomain(contract);
    const { issues } = graphOf(domain);
    return [...issues, ...lintDomain(domain, [domain]).filter((each) => !leadsElsewhere(each, domain))];
  }
  if (!product) return [];
  const domain: Domain = { name: product.domain ?? product.id, products: [product], contracts: [], outputs: [] };
  return lintDomain(domain, [domain]);
}

/** What a relationship to an object of another contract leads to, only a lint of the mesh can see. */
function leadsElsewhere({ code, place }: Issue, { contracts }: Domain): boolean {
  const objects = contracts.flatMap((contract) => contract.objects);
  const relationship = objects.flatMap(({ relationships }) => relationships).find((each) => each.place === place);
  const isHere = objects.some(({ name, id }) => name === relationship?.toObject || id === relationship?.toObject);
  return code === 'RELATIONSHIP_TARGET_UNKNOWN' && relationship !== undefined && !isHere;
}
