import {isRetryable, push as wire, type Json, type Position} from '@parley/protocol';
import type {HubOptions} from '../hub.js';
import type {Clock, Inboxes, InboxEntry} from '../ports.js';
import type {ConnectedSession} from '../sessions/connected-session.js';

const retryMs = 1_000;

export interface InboxReaderOptions {
  readonly session: ConnectedSession;
  readonly device: string;
  readonly clock: Clock;
  readonly inboxes: Inboxes;
  readonly onDefect: HubOptions['onDefect'];
}

type State =
  /** `again`: something was put meanwhile, which the answer may not have. */
  {readonly state: 'reading'; readonly again: boolean} | {readonly state: 'following'};

/**
 * Gives one session what is in its user's inbox, on one connection: each push once, in order. What it is told of is given at
 * once if it follows what was given last; otherwise, and while that is not known, the inbox is read.
 */
export class InboxReader {
  readonly device: string;
  readonly #options: InboxReaderOptions;
  #state: State = {state: 'following'};
  /** Up to where the inbox was given; undefined before it was read for the first time. */
  #position: Position | undefined;

  constructor(options: InboxReaderOptions) {
    this.device = options.device;
    this.#options = options;
  }

  read(): void {
    if (this.#state.state === 'reading') this.#state = {state: 'reading', again: true};
    else void this.#read();
  }

  /** Something was put. False if the session is not connected any more. */
  grown(epoch: string, entry: InboxEntry): boolean {
    if (!this.#options.session.connected) return false;
    const position = this.#position;
    const known = position?.epoch === epoch ? position.offset : undefined;
    if (this.#state.state === 'reading' || known === undefined || entry.offset > known + 1) this.read();
    else if (entry.offset === known + 1) {
      this.#give(epoch, entry);
      this.#position = {epoch, offset: entry.offset};
    }
    return true;
  }

  async #read(): Promise<void> {
    const {session, inboxes, clock, onDefect} = this.#options;
    this.#state = {state: 'reading', again: false};
    try {
      do {
        this.#state = {state: 'reading', again: false};
        const {epoch, head, entries} = await inboxes.read(session.user, this.device, this.#position);
        for (const entry of entries) this.#give(epoch, entry);
        this.#position = {epoch, offset: head};
      } while (this.#isAsked());
    } catch (error) {
      if (!isRetryable(error)) onDefect(error, {task: 'inbox'});
      else if (session.connected) {
        clock.after(retryMs, () => {
          this.#retry();
        });
      }
    } finally {
      this.#state = {state: 'following'};
    }
  }

  #isAsked(): boolean {
    return this.#options.session.connected && this.#state.state === 'reading' && this.#state.again;
  }

  #retry(): void {
    if (this.#options.session.connected) this.read();
  }

  #give(epoch: string, {id, offset, at, expiresAt, json}: InboxEntry): void {
    // What was put as JSON by a node of this cluster.
    const said = JSON.parse(json) as {topic: string; data: Json; collapseKey?: string};
    this.#options.session.send(wire.inbox, {id, ...said, epoch, offset, at, expiresAt});
  }
}
