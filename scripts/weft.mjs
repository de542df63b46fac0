#!/usr/bin/env node
// The bin. Weft is TypeScript run as it is written, in this repository and in node_modules alike: no build step.
import { register as registerHooks } from 'node:module';
import { register as registerTypeScript } from 'tsx/esm/api';

process.env.APOLLO_TELEMETRY_DISABLED = 'true'; // @apollo/gateway would otherwise report to its maker at start-up.
registerTypeScript({ tsconfig: false }); // Whatever tsconfig.json lies where we are called from is not about our code.
registerHooks('./module-hooks.mjs', import.meta.url);

// graphql-js asks once, when it is loaded, whether it may leave out checks that cost a tenth of a request. The variable
// itself is the user's.
const mode = process.env.NODE_ENV;
process.env.NODE_ENV = 'production';
await import('graphql');
if (mode === undefined) delete process.env.NODE_ENV;
else process.env.NODE_ENV = mode;

await import('./weft.ts');
