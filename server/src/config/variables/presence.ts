import {durationMs, integer} from '../values.js';
import {variable} from '../variable.js';

export const presenceVariables = {
  PARLEY_PRESENCE_WINDOW: variable({
    group: 'limits',
    schema: durationMs('20ms', '1m'),
    default: '250ms',
    doc: 'Changes of presence within so long are told in one event; what ends it as it began is not told.',
  }),
  PARLEY_PRESENCE_LARGE_ROOM: variable({
    group: 'limits',
    schema: integer(0, 100_000),
    default: '200',
    doc: 'A room with more members tells who follows its presence only how many are present.',
  }),
  PARLEY_PRESENCE_ROOMS_PER_SESSION: variable({
    group: 'limits',
    schema: integer(0, 1_000),
    default: '20',
    doc: 'Rooms whose presence one session may follow.',
  }),
  PARLEY_PRESENCE_USERS_PER_SESSION: variable({
    group: 'limits',
    schema: integer(0, 10_000),
    default: '200',
    doc: 'Users whose presence one session may follow one by one.',
  }),
  PARLEY_PRESENCE_PER_SECOND: variable({
    group: 'limits',
    schema: integer(100, 100_000_000),
    default: '50000',
    doc: 'Events of presence that the node hands to connections per second, on average; above it the windows grow.',
  }),
} as const;
