import type {MediaRoom} from '../ports.js';

/** The media of a call, wherever it is. */
export interface CallRoom extends MediaRoom {
  /**
   * What the node that runs the call carries of it goes to other workers of that node: those peers move (`peersMoved`), and
   * what is recorded goes on as another part. Rejects with `media_refused` if there is no other worker, with `overloaded` if
   * they are full; nothing changes then.
   */
  renew(): Promise<void>;
}
