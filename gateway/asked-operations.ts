/** What has been asked lately, as it is on record, with the agreements that whoever asked it has now. */
import type { ReadAudit } from './audit/start-audit.ts';
import { agreementsInForce } from './governance/agreements/agreements-in-force.ts';
import type { HeldAgreements } from './held-agreements.ts';
import type { AskedOperations } from './registry/operations/asked-operation.ts';

export function askedOperations(
  audit: Pick<ReadAudit, 'asked'>,
  agreements: Pick<HeldAgreements, 'current'> | undefined,
): AskedOperations {
  return async function* asked(since) {
    let after: Awaited<ReturnType<ReadAudit['asked']>>['end'];
    do {
      const page = await audit.asked({ since: Date.parse(since), after });
      // Which of them cover the purpose, the policies that are judged say.
      const inForce = agreementsInForce(agreements?.current() ?? [], new Map());
      yield page.asked.map(({ principal, operation, purpose: stated, last, ...rest }) => {
        const { team, ...who } = principal;
        const purpose = stated === '' ? undefined : stated;
        return {
          ...rest,
          ...{ purpose, principal: { ...who, teams: team === undefined ? [] : [team] } },
          agreements: inForce.allOf(principal),
          operation: { hash: operation.digest, name: nameIn(operation.text), text: operation.text },
          lastSeen: new Date(last).toISOString(),
        };
      });
      after = page.end;
    } while (after);
  };
}

/** Of a text that holds one operation, as it was printed. */
const nameIn = (text: string): string | null => /^(?:query|mutation|subscription) (\w+)/m.exec(text)?.[1] ?? null;
