import { markdownReport, printReport } from './check-report.ts';
import { judgedCoordinates } from './judged-coordinates.ts';
import type { CheckReport } from './registry-answers.ts';
import type { RegistryDoor } from './registry-client.ts';
import { print } from './terminal.ts';

export interface ReportOptions extends RegistryDoor {
  readonly json?: true;
  readonly markdown?: true;
}

/** The report is the answer, so it goes to stdout. */
export async function showReport(options: ReportOptions, report: CheckReport, headline: string): Promise<void> {
  const known = await judgedCoordinates(options, report);
  print(options.markdown ? markdownReport(report, known, headline) : printReport(report, known));
}
