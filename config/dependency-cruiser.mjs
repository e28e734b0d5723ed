/** The import law. Read it top to bottom: a lower layer never imports a higher one. */

const tests = ['[.]test[.]tsx?$', '/test/', '^signaling/src/testing/'];
const layers = '^(signaling|media|server|clients|load-tests)/';

/** Files of `layer` import from their own sources and from the `allowed` packages, and from no other package of ours. */
const only = (name, layer, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: {path: `^${layer}/src/`, pathNot: tests},
  to: {path: layers, pathNot: [`^${layer}/src/`, ...allowed.map((folder) => `^${folder}/(src|dist)/`)]},
});

export default {
  forbidden: [
    only('protocol-is-pure', 'signaling/protocol', [], 'The contract runs in a browser and depends on zod alone.'),
    only(
      'signaling-knows-ports-not-adapters',
      'signaling',
      ['signaling/protocol'],
      'The meaning has no socket, no Redis and no SFU.',
    ),
    only('media-knows-no-wire', 'media', [], 'The SFU does not know who talks to whom, nor how.'),
    only(
      'server-knows-no-client',
      'server',
      ['signaling/protocol', 'signaling', 'media'],
      'server/src/app.ts is where signaling and media meet.',
    ),
    only(
      'sdk-knows-only-the-contract',
      'clients/js',
      ['signaling/protocol'],
      'The SDK shares the contract with the server and nothing else.',
    ),
    only(
      'sdk-of-backends-knows-only-the-contract',
      'clients/backend',
      ['signaling/protocol'],
      'It sees what a backend sees.',
    ),
    only(
      'page-knows-only-the-sdk',
      'clients/web',
      ['clients/js', 'signaling/protocol'],
      'The page shows what a user of the SDK can do.',
    ),
    only(
      'load-tests-are-outsiders',
      'load-tests',
      ['clients/js', 'signaling/protocol'],
      'They see what a client sees.',
    ),
    {
      name: 'load-tests-test-from-outside',
      severity: 'error',
      comment: 'Their tests too start the server as a process and speak to it over the network.',
      from: {path: '^load-tests/'},
      to: {path: '^(signaling|server|media)/', pathNot: '^signaling/protocol/'},
    },
    {
      name: 'server-tests-use-the-sdk-not-the-page',
      severity: 'error',
      comment: 'Tests of the server may use the SDK; the page and the load tests are above it.',
      from: {path: '^(server|media|signaling)/'},
      to: {path: '^(clients/web|load-tests)/'},
    },
    {
      name: 'media-and-signaling-tests-stay-home',
      severity: 'error',
      comment: 'Only tests of the server may use the SDK.',
      from: {path: '^(media|signaling)/'},
      to: {path: '^(clients|server)/'},
    },
    {
      name: 'features-do-not-import-each-other',
      severity: 'error',
      comment: 'What two features share belongs to the room, the session or a port.',
      from: {path: '^signaling/src/features/([^/]+)/'},
      to: {path: '^signaling/src/features/([^/]+)/', pathNot: '^signaling/src/features/$1/'},
    },
    {
      name: 'no-node-in-browser-code',
      severity: 'error',
      comment: 'These run in a browser.',
      from: {path: '^(signaling/protocol|clients/js|clients/web)/src/', pathNot: tests},
      to: {dependencyTypes: ['core']},
    },
    {
      name: 'protocol-depends-on-zod-alone',
      severity: 'error',
      comment: 'Every client carries what the contract depends on.',
      from: {path: '^signaling/protocol/src/', pathNot: tests},
      to: {path: 'node_modules/', pathNot: 'node_modules/zod/'},
    },
    {
      name: 'one-door-to-mediasoup',
      severity: 'error',
      comment: 'Only media drives the worker, and the bare script it is compared with; clients have mediasoup-client.',
      from: {pathNot: ['^media/', '^load-tests/src/peers/mediasoup[.]ts$']},
      to: {path: 'node_modules/mediasoup/'},
    },
    {
      name: 'metrics-are-declared-in-one-place',
      severity: 'error',
      comment: 'Names and label sets of all metrics stand side by side.',
      from: {path: '^server/src/', pathNot: [...tests, '^server/src/observability/']},
      to: {path: 'node_modules/prom-client/'},
    },
    {name: 'no-cycles', severity: 'error', comment: 'A child never holds its parent.', from: {}, to: {circular: true}},
    {
      name: 'tests-are-not-imported',
      severity: 'error',
      comment: 'Production code does not depend on tests.',
      from: {path: '/src/', pathNot: tests},
      to: {path: ['[.]test[.]tsx?$', '^(server|media|load-tests|clients/[^/]+)/test/']},
    },
    {
      name: 'declared-dependencies-only',
      severity: 'error',
      comment: 'A package declares what it imports.',
      from: {path: '/src/', pathNot: tests},
      to: {dependencyTypes: ['npm-no-pkg', 'npm-unknown']},
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'The import leads somewhere.',
      from: {},
      to: {couldNotResolve: true},
    },
  ],
  options: {
    doNotFollow: {path: 'node_modules'},
    exclude: {path: ['/dist/', '/[.]types/']},
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.d.ts'],
    },
  },
};
