import {durationMs, integer, oneOf, sizeBytes, text} from '../values.js';
import {variable} from '../variable.js';

export const clusterVariables = {
  PARLEY_NODE_NAME: variable({
    group: 'cluster',
    schema: text.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/, 'must be 1 to 32 letters, digits and _ . -'),
    default: 'node',
    doc: 'Readable part of the node’s name in logs, metrics and `session.ready`; a random part is added, so that no two processes share one.',
  }),
  PARLEY_ROLE: variable({
    group: 'cluster',
    schema: oneOf(['both', 'hub', 'media']),
    default: 'both',
    doc: '`hub`: clients connect here, and calls run elsewhere; `media`: calls run here, and no client connects; `both`. With the two apart, hubs are restarted without touching media.',
  }),
  PARLEY_HISTORY_EVENTS: variable({
    group: 'cluster',
    schema: integer(1, 1_000_000),
    default: '10000',
    doc: 'Events that a room’s log holds at most; the oldest go first.',
  }),
  PARLEY_HISTORY_SIZE: variable({
    group: 'cluster',
    schema: sizeBytes('64KiB', '1GiB'),
    default: '8MiB',
    doc: 'Bytes that a room’s log holds at most.',
  }),
  PARLEY_HISTORY_AGE: variable({
    group: 'cluster',
    schema: durationMs('1s', '3650d'),
    default: '30d',
    doc: 'How long a room’s log keeps an event.',
  }),
  PARLEY_HEARTBEAT: variable({
    group: 'cluster',
    schema: durationMs('50ms', '1m'),
    default: '1s',
    doc: 'How often a node tells the others that it lives.',
  }),
  PARLEY_NODE_TIMEOUT: variable({
    group: 'cluster',
    schema: durationMs('100ms', '5m'),
    default: '4s',
    doc: 'After how long without a heartbeat a node is taken for dead.',
  }),
  PARLEY_LEASE: variable({
    group: 'cluster',
    schema: durationMs('200ms', '5m'),
    default: '2s',
    doc: 'How long a node may keep a call or a single-runner task without renewing it.',
  }),
} as const;
