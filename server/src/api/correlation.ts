import type {Ids} from '@parley/signaling';

export const correlationHeader = 'x-request-id';

/** Safe in a header, in a log line and in a shell; long enough for UUIDs and for trace ids. */
const wellFormed = /^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,127}$/;

/** The caller's own id if it can be carried on as it is, else a new one. */
export function correlationId(presented: string | string[] | undefined, ids: Ids): string {
  return typeof presented === 'string' && wellFormed.test(presented) ? presented : ids.id();
}
