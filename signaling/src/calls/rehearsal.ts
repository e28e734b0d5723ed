import type {callRehearsal} from '@parley/protocol';
import type {Clock, MediaRoom} from '../ports.js';
import type {Peer} from './call-state.js';
import type {CallParts} from './call-parts.js';

/** How long a call whose node died is silent before its peers are told: as long as a lease lasts, usually. */
const silentMs = 2_000;

export interface RehearsalOptions extends Pick<CallParts, 'state' | 'transports'> {
  readonly media: MediaRoom;
  readonly clock: Clock;
  /** Ends the call as if its media were lost. */
  readonly lose: () => void;
}

/** Lets something go wrong in a call, for whoever asks or for all in it; nothing outside of it is touched. */
export function rehearse(peer: Peer, mishap: callRehearsal.Mishap, options: RehearsalOptions): void {
  const {state, transports, media, clock, lose} = options;
  switch (mishap.kind) {
    case 'signaling':
      // The peer's own node has seen to it.
      return;
    case 'worker':
      clock.after(0, lose);
      return;
    case 'node':
      media.close();
      clock.after(silentMs, lose);
      return;
    case 'udp':
      if (mishap.blocked) state.withoutUdp.add(peer.session);
      else state.withoutUdp.delete(peer.session);
      for (const transport of [...peer.transports.values()]) transports.lose(peer, transport);
      return;
    case 'downlink':
      if (mishap.bitsPerSecond === 0) state.downlinks.delete(peer.session);
      else state.downlinks.set(peer.session, mishap.bitsPerSecond);
      for (const {id, direction} of peer.transports.values())
        if (direction === 'receive') media.limitOutgoing(id, mishap.bitsPerSecond);
  }
}
