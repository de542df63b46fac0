import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Vite would load graphql as ES modules, and @apollo/* loads it as CommonJS: two copies, which refuse each other.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] },
  // Bounds for a hang, far from what anything takes: no test depends on timing.
  test: { dir: 'test', testTimeout: 120_000, hookTimeout: 300_000 },
});
