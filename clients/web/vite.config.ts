import preact from '@preact/preset-vite';
import {defineConfig} from 'vite';

/** At the root and without a hash: its address is what it is known by, and what is below it what it works for. */
const serviceWorker = 'service-worker';

export default defineConfig({
  plugins: [preact()],
  // Workspace packages are bundled from their sources; no build of theirs is needed.
  resolve: {conditions: ['source', 'module', 'browser', 'development|production']},
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {index: 'index.html', [serviceWorker]: 'src/service-worker.ts'},
      output: {
        entryFileNames: ({name}) => (name === serviceWorker ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});
