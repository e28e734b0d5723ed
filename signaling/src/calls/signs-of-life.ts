import type {SessionId} from '@parley/protocol';
import type {CallsOptions} from '../calls-part.js';
import type {Timer} from '../ports.js';
import type {Owners} from './owners.js';
import type {PeerLink} from './peer-link.js';
import type {PeerLinks} from './peer-links.js';

const checkMs = 1_000;
/** With `checkMs`, silence is noticed after 4 to 5 s: the rest of the promised 6 s is for telling it. */
const mostMissed = 4;

export type SignsOfLifeOptions = Pick<CallsOptions, 'clock' | 'probe'> & {
  readonly owners: Owners;
  readonly links: PeerLinks;
};

/**
 * Asks the clients of this node that are in calls for a sign of life, and tells their calls which of them are silent.
 *
 * The keep-alive takes far longer to give a connection up, for it must bear with phones that sleep. And media says
 * nothing of a peer that is muted among the muted, or whose signaling alone is cut off. The connection stays as it is:
 * its client may come back to it.
 */
export class SignsOfLife {
  readonly #options: SignsOfLifeOptions;
  readonly #checking: Timer;
  readonly #watched = new WeakMap<PeerLink, {missed: number; told: 'silent' | 'heard' | undefined}>();

  constructor(options: SignsOfLifeOptions) {
    this.#options = options;
    this.#checking = options.clock.every(checkMs, () => {
      for (const [session, link] of [...options.links.all]) this.#check(session, link);
    });
  }

  close(): void {
    this.#checking.cancel();
  }

  /** Counts checks instead of time: a node that was held up itself has not listened meanwhile. */
  #check(session: SessionId, link: PeerLink): void {
    const {probe, links} = this.#options;
    const heard = probe(session);
    if (heard === undefined) {
      // It was ended here, or went elsewhere, on the word of another node: that one tells the call.
      links.drop(session);
      return;
    }
    let watched = this.#watched.get(link);
    if (watched === undefined) this.#watched.set(link, (watched = {missed: 0, told: undefined}));
    watched.missed = heard ? 0 : watched.missed + 1;
    const what = watched.missed >= mostMissed ? 'silent' : 'heard';
    // Who was missed once or twice is not heard again yet, nor silent.
    if (watched.missed > 0 && what === 'heard') return;
    const {owner, room} = link;
    if (watched.told === what || owner === undefined) return;
    watched.told = what;
    const told = watched;
    this.#options.owners.notice(owner, {room, session, what}).catch(() => {
      // Out of reach: the next check tells it again.
      told.told = undefined;
    });
  }
}
