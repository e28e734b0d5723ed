import type {CallsPart} from '../calls-part.js';
import type {Clock, SessionDirectory, SessionNews} from '../ports.js';
import type {LocalSessions} from './local-sessions.js';
import type {PresenceNews} from '../presence/presence-news.js';

/** How long the word of who ended a session, and why, is waited for: it says more than that it is over. */
const wordMs = 2_000;

export interface StraysOptions {
  readonly clock: Clock;
  readonly sessions: Pick<SessionDirectory, 'onNews'>;
  readonly local: LocalSessions;
  readonly presence: PresenceNews;
  readonly calls: Pick<CallsPart, 'sessionEnded'>;
}

/**
 * Closes connections of this node whose sessions were ended or resumed elsewhere without its being told, because it was
 * cut off; and tells rooms of those whose users were taken for gone and are not.
 */
export class Strays {
  readonly #options: StraysOptions;

  constructor(options: StraysOptions) {
    this.#options = options;
    options.sessions.onNews((news) => {
      this.#take(news);
    });
  }

  #take(news: SessionNews): void {
    const {clock, local, presence} = this.#options;
    switch (news.kind) {
      case 'back':
        presence.tell(news.presence.user);
        break;
      case 'replaced':
        local.supersede(news.session, news.generation + 1);
        break;
      case 'ended':
        clock.after(wordMs, () => {
          this.#end(news.session, news.generation);
        });
        break;
    }
  }

  #end(session: string, generation: number): void {
    const {local, calls} = this.#options;
    const stray = local.find(session);
    // It came back meanwhile: a store that had lost it for a while, or a newer record of it, knows it after all.
    if (!stray || stray.generation > generation || !local.end(session, 'expired')) return;
    // Whoever ended it has told the call as well, unless nobody did: the store forgot it.
    calls.sessionEnded({session, user: stray.user, name: stray.name});
  }
}
