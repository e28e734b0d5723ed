import {address, durationMs, integer, sizeBytes, text} from '../values.js';
import {variable} from '../variable.js';

export const clusterVariables = {
  REDIS_URL: variable({
    group: 'cluster',
    schema: address('redis:', 'rediss:'),
    doc: 'Redis that the nodes of a cluster share, such as `redis://:password@host:6379/0`. Without it the node runs alone and keeps everything in its memory.',
    secret: true,
  }),
  PARLEY_REDIS_PREFIX: variable({
    group: 'cluster',
    schema: text.regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'must be 1 to 64 letters, digits and _ . : -'),
    default: 'parley:',
    doc: 'What every key and channel in Redis begins with, so that several clusters can share one.',
  }),
  PARLEY_NODE_NAME: variable({
    group: 'cluster',
    schema: text.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/, 'must be 1 to 32 letters, digits and _ . -'),
    default: 'node',
    doc: 'Readable part of the node’s name in logs, metrics and `session.ready`; a random part is added, so that no two processes share one.',
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
    default: '4s',
    doc: 'How long a node may keep a call or a single-runner task without renewing it.',
  }),
} as const;
