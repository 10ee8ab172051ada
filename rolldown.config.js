import { defineConfig } from 'rolldown';

/** Joins the modules of each command into a few files: loading hundreds takes longer than a small scan. */
export default defineConfig({
  input: 'dist/cli/main.js',
  platform: 'node',
  logLevel: 'warn',
  external: /^[^./]/,
  output: { dir: 'dist/bin', chunkFileNames: '[name].js', cleanDir: true },
});
