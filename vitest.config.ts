import {defineConfig, type TestProjectInlineConfiguration} from 'vitest/config';

const never = ['**/node_modules/**', '**/dist/**', '**/.types/**'];
const bySuffix = ['redis', 'media', 'browser', 'network', 'fuzz'] as const;

interface Kind {
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  /** Test files at a time; the machine that these are tuned for has two cores. */
  readonly workers: number;
  readonly timeoutMs: number;
  /** Groups run one after another, what tells most in least time first. Kinds of one group share its workers. */
  readonly order: number;
  /** Whether these tests start processes from `dist` and so need it current. */
  readonly build: boolean;
  /**
   * Whether the files of a worker share one process and the modules that it has loaded: to load them anew for each file
   * costs more than most of the tests. Such a file leaves nothing behind in globals, the environment, the clock or a
   * module's state.
   */
  readonly shared?: true;
}

/** Kinds with property tests. */
const drawing = new Set(['unit', 'fuzz', 'media']);

function project(name: string, kind: Kind): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name,
      include: [...kind.include],
      exclude: [...never, ...(kind.exclude ?? [])],
      pool: 'forks',
      maxWorkers: kind.workers,
      fileParallelism: kind.workers > 1,
      isolate: kind.shared !== true,
      testTimeout: kind.timeoutMs,
      hookTimeout: Math.max(10_000, kind.timeoutMs),
      sequence: {groupOrder: kind.order},
      ...(drawing.has(name) ? {setupFiles: ['./config/property-seed.ts']} : {}),
      ...(kind.build ? {globalSetup: ['./config/vitest-build.ts']} : {}),
    },
  };
}

const own = (suffix: string): string[] => [`{signaling,media,server,clients,load-tests}/**/*.${suffix}.test.ts`];
const suffixed = bySuffix.flatMap((suffix) => own(suffix));

export default defineConfig({
  // Our packages are tested from their sources; `dist` matters only to processes that a test starts.
  resolve: {conditions: ['source']},
  // These also reach Node as --conditions, for every package that a test loads: 'import' among them would give CommonJS
  // packages the ES entries of their dependencies.
  ssr: {resolve: {conditions: ['source', 'node']}},
  test: {
    // What an outage must first come back from takes longer than the second that would be given otherwise.
    expect: {poll: {timeout: 15_000}},
    projects: [
      project('unit', {
        include: ['**/src/**/*.test.{ts,tsx}'],
        exclude: suffixed,
        workers: 2,
        // Only against those that hang: what takes a second takes five where the cores are shared.
        timeoutMs: 20_000,
        order: 0,
        build: false,
        shared: true,
      }),
      project('setup', {include: ['scripts/test/**/*.test.ts'], workers: 2, timeoutMs: 60_000, order: 1, build: false}),
      project('fuzz', {include: own('fuzz'), workers: 2, timeoutMs: 120_000, order: 1, build: true}),
      project('integration', {
        include: ['{server,media,clients/{js,backend}}/test/**/*.test.ts'],
        exclude: suffixed,
        workers: 2,
        // Some start processes, one after another: what takes five seconds takes twenty where the cores are shared.
        timeoutMs: 60_000,
        order: 1,
        build: true,
      }),
      // One more than cores: for the most part these wait for what runs out, comes back or is looked at every second.
      project('redis', {include: own('redis'), workers: 3, timeoutMs: 120_000, order: 2, build: true}),
      project('media', {include: own('media'), workers: 2, timeoutMs: 120_000, order: 3, build: true}),
      project('browser', {include: own('browser'), workers: 2, timeoutMs: 180_000, order: 3, build: true}),
      project('system', {
        include: ['load-tests/test/**/*.test.ts'],
        exclude: suffixed,
        workers: 2,
        timeoutMs: 180_000,
        order: 3,
        build: true,
      }),
      // By themselves: a network that comes or goes on this machine is a path change for every browser on it, and what a
      // busy machine adds to a path is taken for the path.
      project('network', {include: own('network'), workers: 1, timeoutMs: 180_000, order: 4, build: true}),
    ],
  },
});
