/** Takes one event, in words, for whoever runs the gateway. May hold addresses and causes; never rows. */
export type Log = (message: string, about?: About) => void;

export interface About {
  /** `info`, where absent. */
  readonly level?: 'info' | 'warn' | 'error';
  /** Of the request during which it happened: its consumer knows it, too. */
  readonly requestId?: string | undefined;
  /** More, by name. */
  readonly fields?: Readonly<Record<string, string | number | undefined>>;
}
