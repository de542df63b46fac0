// The entry of a process is loaded before any hook is asked, so it is JavaScript; the rest is TypeScript, as in weft.mjs.
import { register } from 'tsx/esm/api';
import '../processes/ends-with-gateway.mjs';

register({ tsconfig: false });
await import('./planner-process.ts');
