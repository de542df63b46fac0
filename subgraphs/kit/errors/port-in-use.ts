import { WeftError } from './weft-error.ts';

const reasons: ReadonlyMap<string | undefined, string> = new Map([
  ['EADDRINUSE', 'is in use'],
  ['EACCES', 'may not be opened by this user'],
  ['EADDRNOTAVAIL', 'cannot be opened: the host is no address of this machine'],
]);

/** For the failure of a server to listen. @throws WeftError PORT_IN_USE, else what came. */
export function portInUse(port: number): (error: NodeJS.ErrnoException) => never {
  return (cause) => {
    const why = reasons.get(cause.code);
    if (why === undefined) throw cause;
    throw new WeftError('PORT_IN_USE', `Port ${port} ${why}.`, { cause });
  };
}
