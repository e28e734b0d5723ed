import {connect, type Parley} from '@parley/client';
import {SlowLink} from './slow-link.js';
import {token} from './token.js';

export interface SlowReaderOptions {
  readonly port: number;
  readonly secret: string;
  readonly user: string;
  readonly room: string;
}

/** One reader with the SDK, whose network becomes slow for a while. */
export class SlowReader {
  readonly #link: SlowLink;
  readonly #client: Parley;
  #first = 0;
  #last = 0;
  #holes = 0;
  #doubled = 0;
  #resets = 0;
  #resumes = 0;
  #lostBy: string | undefined;

  static async join({port, secret, user, room}: SlowReaderOptions): Promise<SlowReader> {
    const link = await SlowLink.open(port);
    const client = connect({url: link.url, token: () => token(secret, user), transports: ['websocket']});
    const reader = new SlowReader(link, client);
    try {
      const joined = await client.join(room);
      joined.on('message', ({text}) => {
        reader.#take(Number.parseInt(text.slice(1), 10));
      });
      joined.on('reset', () => {
        reader.#resets += 1;
      });
      return reader;
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  private constructor(link: SlowLink, client: Parley) {
    this.#link = link;
    this.#client = client;
    let before = false;
    client.on('state', (state) => {
      if (state.status === 'connected') {
        if (before && state.resumed) this.#resumes += 1;
        before = true;
      } else if ((state.status === 'resuming' || state.status === 'offline') && this.#lostBy === undefined)
        this.#lostBy = state.reason;
    });
  }

  /** The number of the newest message that it got. */
  get last(): number {
    return this.#last;
  }

  /** Messages that are missing before one that it got, and that it got twice; times that it was told of a loss. */
  get outcome(): {readonly holes: number; readonly doubled: number; readonly resets: number; readonly resumes: number} {
    return {holes: this.#holes, doubled: this.#doubled, resets: this.#resets, resumes: this.#resumes};
  }

  /** Why its connection ended, in the server's word; undefined while it has not. */
  get lostBy(): string | undefined {
    return this.#lostBy;
  }

  slow(bytesPerSecond: number): void {
    this.#link.slow(bytesPerSecond);
  }

  recover(): void {
    this.#link.recover();
  }

  close(): void {
    void this.#client.close();
    this.#link.close();
  }

  #take(number: number): void {
    if (this.#first === 0) this.#first = number;
    else if (number <= this.#last) this.#doubled += 1;
    else this.#holes += number - this.#last - 1;
    this.#last = Math.max(this.#last, number);
  }
}
