import type {Clock, Timer} from '../ports.js';
import type {Peer} from './call-state.js';
import type {Mailbox} from './mailbox.js';

/** What nobody heard anything of for so long is no peer any more. With what finding out and telling takes: 12 s. */
const goneMs = 10_000;
/** For how long a client that its node calls silent has said nothing at least (`SignsOfLife`). */
const silentMs = 4_000;

export interface GhostsOptions {
  readonly clock: Clock;
  readonly mailbox: Mailbox;
  /** Within the mailbox. Once for each peer that did not come back. */
  readonly onGone: (peer: Peer) => void;
  readonly onDefect: (error: unknown) => void;
}

/**
 * Finds peers of whom nothing is left but their name: neither signaling nor media hears them.
 *
 * Media alone keeps a peer, for it is heard by the others while signaling looks for another node; so does signaling, by
 * which media can be repaired. The session is not touched: it may be resumed long after, and join again.
 */
export class Ghosts {
  readonly #options: GhostsOptions;
  readonly #unheard = new Map<Peer, {readonly goneAt: number; readonly timer: Timer}>();

  constructor(options: GhostsOptions) {
    this.#options = options;
  }

  /** Whenever something of the peer's presence or media changed. Within the mailbox. */
  look(peer: Peer): void {
    const {clock, onGone} = this.#options;
    const unheard = this.#unheard.get(peer);
    if (peer.present && peer.responsive) {
      this.forget(peer);
    } else if (unheard === undefined) {
      const goneAt = clock.now() + goneMs - (peer.present ? silentMs : 0);
      this.#unheard.set(peer, {goneAt, timer: this.#lookAt(peer, goneAt)});
    } else if (clock.now() >= unheard.goneAt && !peer.carriesMedia) {
      this.forget(peer);
      onGone(peer);
    }
  }

  forget(peer: Peer): void {
    this.#unheard.get(peer)?.timer.cancel();
    this.#unheard.delete(peer);
  }

  close(): void {
    for (const {timer} of this.#unheard.values()) timer.cancel();
    this.#unheard.clear();
  }

  #lookAt(peer: Peer, at: number): Timer {
    const {clock, mailbox, onDefect} = this.#options;
    return clock.after(at - clock.now(), () => {
      mailbox
        .post(() => {
          // Forgotten, or heard and unheard again meanwhile: that has a timer of its own.
          if (this.#unheard.get(peer)?.goneAt === at) this.look(peer);
        })
        .catch(onDefect);
    });
  }
}
