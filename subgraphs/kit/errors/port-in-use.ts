import { WeftError } from './weft-error.ts';

/** For the failure of a server to listen. @throws WeftError PORT_IN_USE, else what came. */
export function portInUse(port: number): (error: NodeJS.ErrnoException) => never {
  return (cause) => {
    if (cause.code !== 'EADDRINUSE') throw cause;
    throw new WeftError('PORT_IN_USE', `Port ${port} is in use.`, { cause });
  };
}
