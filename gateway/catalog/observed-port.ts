import type { Contract } from '../../subgraphs/kit/contract/model.ts';
import type { OutputObservation, RunRecord } from '../../subgraphs/kit/contract/observation.ts';
import type { Observed } from './observations.ts';

/**
 * The observed fields of an output port. A port's contract may describe several objects, each loaded by a run of its
 * own: rows add up, the port is as fresh as its oldest object, and the last run is the one that started last.
 */
export function observedPort(contract: Contract | undefined, observe: () => Promise<Observed>, now: () => number) {
  const outputs = async (): Promise<readonly OutputObservation[]> => {
    const observed = await observe();
    if (observed.state !== 'REPORTED') return [];
    return observed.observation.outputs.filter(
      ({ contractId, object }) => contractId === contract?.id && contract.objects.some(({ name }) => name === object),
    );
  };
  const asOf = async (): Promise<string | null> => {
    const moments = (await outputs()).map((output) => output.asOf);
    return moments.reduce(
      (oldest, each) => (oldest !== null && each !== null && each < oldest ? each : oldest),
      moments[0] ?? null,
    );
  };
  return {
    observation: async () => {
      const { state } = await observe();
      return state === 'REPORTED' && (await outputs()).length === 0 ? 'NOT_REPORTED' : state;
    },
    rowCount: async () => {
      const counts = (await outputs()).flatMap((output) => output.rowCount ?? []);
      return counts.length > 0 ? counts.reduce((sum, count) => sum + count, 0) : null;
    },
    asOf,
    freshnessSeconds: async () => {
      const moment = Date.parse((await asOf()) ?? '');
      // Clocks differ between machines: never fresher than now.
      return Number.isNaN(moment) ? null : Math.max(0, Math.round((now() - moment) / 1000));
    },
    lastRun: async () => {
      const runs = (await outputs()).flatMap((output) => output.lastRun ?? []);
      return runs.reduce<RunRecord | null>((last, run) => (last && last.startedAt >= run.startedAt ? last : run), null);
    },
    checks: async () => (await outputs()).flatMap((output) => output.lastRun?.checks ?? []),
  };
}
