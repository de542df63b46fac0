import { type Code, codes } from './codes.ts';

/** Where something is: 1-based line and column. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export type Severity = 'error' | 'warning';

/** The input is wrong. Issues are returned in lists, never thrown; see ARCHITECTURE.md, "Three ways it can go wrong". */
export interface Issue {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly place?: Place;
  /** GraphQL schema coordinate, for example `Order.total`. */
  readonly coordinate?: string;
  readonly help: string;
}

export interface IssueDetails {
  readonly severity?: Severity;
  readonly place?: Place | undefined;
  readonly coordinate?: string | undefined;
  readonly help?: string;
}

export function issue(code: Code, message: string, details: IssueDetails = {}): Issue {
  return {
    code,
    severity: details.severity ?? 'error',
    message,
    ...(details.place && { place: details.place }),
    ...(details.coordinate && { coordinate: details.coordinate }),
    help: details.help ?? codes[code].fix,
  };
}

export const isError = (found: Issue): boolean => found.severity === 'error';

/** `orders.odcs.yaml:12:7 error FIELD_UNDESCRIBED  message` and the help on a second line. */
export function printIssue(found: Issue): string {
  const where = found.place ? `${found.place.file}:${found.place.line}:${found.place.column} ` : '';
  const coordinate = found.coordinate ? `${found.coordinate} ` : '';
  return `${where}${found.severity} ${found.code}  ${coordinate}${found.message}\n    ${found.help}`;
}
