import type {WireError} from '@parley/protocol';
import type {Page, WebSocketRoute} from 'playwright-core';

/**
 * Stands between a page and its node, and speaks in the node's name: for what a node says only when it is short of
 * something that no test can take away from it reliably.
 */
export class Meddler {
  #page: WebSocketRoute | undefined;
  readonly #refusals = new Map<string, WireError>();

  /** Connections that the page opens from now on go through it. */
  async stand(page: Page): Promise<void> {
    await page.routeWebSocket(/socket\.io/, (toPage) => {
      const toNode = toPage.connectToServer();
      this.#page = toPage;
      toPage.onMessage((frame) => {
        const refused = this.#refused(String(frame));
        if (refused === undefined) toNode.send(frame);
        else toPage.send(refused);
      });
    });
  }

  /** Tells the page something. */
  tell(name: string, payload: object): void {
    this.#page?.send(`42${JSON.stringify([name, payload])}`);
  }

  /** Requests of this name do not reach the node from now on, until they are allowed again. */
  refuse(name: string, error: WireError): void {
    this.#refusals.set(name, error);
  }

  allow(name: string): void {
    this.#refusals.delete(name);
  }

  /** The acknowledgement of a request that is refused (socket.io-protocol v5: an event with an id, and its ack). */
  #refused(frame: string): string | undefined {
    const [, id, rest] = /^42(\d+)(\[.*)$/s.exec(frame) ?? [];
    if (id === undefined || rest === undefined) return undefined;
    const [name] = JSON.parse(rest) as [string];
    const error = this.#refusals.get(name);
    return error && `43${id}${JSON.stringify([{ok: false, error}])}`;
  }
}
