import type {DevicePresence, UserPresence} from '../ports.js';

/** A session of a user, as far as presence goes. */
export interface SessionSeen {
  readonly device: string | undefined;
  readonly connected: boolean;
}

const offline: UserPresence = {status: 'offline', devices: []};

/** First in, last out: by device, and by user over all devices. */
export function toPresence(sessions: readonly SessionSeen[]): UserPresence {
  if (sessions.length === 0) return offline;
  const byDevice = new Map<string, boolean>();
  for (const {device = '', connected} of sessions) byDevice.set(device, connected || byDevice.get(device) === true);
  const devices = [...byDevice].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(toDevice);
  return {status: sessions.some(({connected}) => connected) ? 'online' : 'away', devices};
}

/** No device's name is empty. */
const toDevice = ([device, connected]: [string, boolean]): DevicePresence => ({
  ...(device !== '' && {device}),
  status: connected ? 'online' : 'away',
});
