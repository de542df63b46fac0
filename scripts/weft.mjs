#!/usr/bin/env node
// The bin. Weft is TypeScript run as it is written, in this repository and in node_modules alike: no build step.
import { register as registerHooks } from 'node:module';
import { register as registerTypeScript } from 'tsx/esm/api';

process.env.APOLLO_TELEMETRY_DISABLED = 'true'; // @apollo/gateway would otherwise report to its maker at start-up.
registerTypeScript({ tsconfig: false }); // Whatever tsconfig.json lies where we are called from is not about our code.
registerHooks('./module-hooks.mjs', import.meta.url);
await import('./weft.ts');
