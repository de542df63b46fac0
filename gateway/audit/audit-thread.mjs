// The entry of a thread is loaded before any hook is asked, so it is JavaScript; the rest is TypeScript, as in weft.mjs.
import { register } from 'tsx/esm/api';

register({ tsconfig: false });
await import('./audit-thread.ts');
