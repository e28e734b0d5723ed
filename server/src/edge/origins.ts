import {isLoopback} from '../config/loopback.js';

/**
 * Which pages may connect. A request without an origin is none of a page's and may; a page of this node's own address
 * may; so may listed ones, and on a loopback address those of this machine, so that a page of one local node can move
 * to another. A page's origin says where its code came from: a foreign page with a stolen or leaked token stays out.
 */
export class Origins {
  readonly #listed: ReadonlySet<string>;
  readonly #loopback: boolean;

  constructor(listed: readonly string[], loopback: boolean) {
    this.#listed = new Set(listed);
    this.#loopback = loopback;
  }

  /** @param origin the `Origin` header, empty if there is none; @param host the `Host` header */
  allow(origin: string, host: string): boolean {
    if (origin === '' || this.#listed.has('*') || this.#listed.has(origin)) return true;
    if (!URL.canParse(origin)) return false;
    const page = new URL(origin);
    // On a loopback address the page's own name has to be one too: a foreign name that was made to point here
    // (DNS rebinding) is equal to the Host header as well.
    return this.#loopback ? isLoopback(page.hostname) : page.host === host;
  }
}
