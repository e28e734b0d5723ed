import preact from '@preact/preset-vite';
import {defineConfig} from 'vite';

export default defineConfig({
  plugins: [preact()],
  // Workspace packages are bundled from their sources; no build of theirs is needed.
  resolve: {conditions: ['source', 'module', 'browser', 'development|production']},
  build: {target: 'es2022', assetsInlineLimit: 0},
});
