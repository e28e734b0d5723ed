import {webPush as wire} from '@parley/protocol';
import type {Ask} from '../session/requests.js';
import type {BrowserSubscription, PushBrowser} from './push-browser.js';

/** When all browsers of the user are woken: while the user is away or never, and not in quiet hours. */
export type WebPushPolicy = wire.Policy;

/** What web push is in this browser. */
export type WebPushState =
  /** The browser has none, or not here. */
  | {readonly at: 'unsupported'}
  /** The server sends none. */
  | {readonly at: 'unavailable'}
  /** The person does not let this page show notifications: only the browser's own settings can change that. */
  | {readonly at: 'denied'; readonly policy: WebPushPolicy}
  | {readonly at: 'off'; readonly policy: WebPushPolicy}
  | {readonly at: 'on'; readonly policy: WebPushPolicy};

/**
 * Notifications of this browser while the page is closed: what a backend pushes with `notify`, and the page's service worker shows
 * by `showPushes` of `@parley/client/service-worker`.
 *
 * ```ts
 * await navigator.serviceWorker.register('/service-worker.js');
 * button.onclick = () => parley.webPush.subscribe();
 * ```
 *
 * What was turned on stays so: with each connection the server is told again.
 */
export class WebPush {
  readonly #ask: Ask;
  readonly #browser: PushBrowser;

  constructor(ask: Ask, browser: PushBrowser) {
    this.#ask = ask;
    this.#browser = browser;
  }

  /** @throws ParleyError `unavailable` without a connection. */
  async state(): Promise<WebPushState> {
    const {permission} = this.#browser;
    if (permission === undefined) return {at: 'unsupported'};
    const {publicKey, policy} = await this.#known();
    if (publicKey === undefined) return {at: 'unavailable'};
    if (permission === 'denied') return {at: 'denied', policy};
    const isOn = permission === 'granted' && (await this.#browser.subscription()) !== undefined;
    return {at: isOn ? 'on' : 'off', policy};
  }

  /**
   * Turns notifications on in this browser, which asks the person; call it while their click is being handled. Resolves with
   * `denied` if they do not want it.
   *
   * @throws ParleyError `unavailable` without a connection; what the browser throws if its push service cannot be reached.
   */
  async subscribe(): Promise<WebPushState> {
    if (this.#browser.permission === undefined) return {at: 'unsupported'};
    const permission = await this.#browser.ask();
    const {publicKey, policy} = await this.#known();
    if (publicKey === undefined) return {at: 'unavailable'};
    if (permission !== 'granted') return {at: permission === 'denied' ? 'denied' : 'off', policy};
    await this.#register(await this.#subscribed(publicKey));
    return {at: 'on', policy};
  }

  /** Turns them off in this browser: the browser first, so that nothing comes though the server may not have heard of it. */
  async unsubscribe(): Promise<void> {
    const subscription = this.#browser.permission === undefined ? undefined : await this.#browser.subscription();
    if (subscription === undefined) return;
    // The same one has the same id, whoever is told of it and however often.
    const [id] = await Promise.all([this.#register(subscription), subscription.remove()]);
    await this.#ask(wire.unsubscribe, {id}, {repeatable: true});
  }

  /**
   * For all browsers of the user.
   *
   * @throws ParleyError `invalid_payload` if there is no such time zone, `unavailable` without a connection.
   */
  async setPolicy(policy: WebPushPolicy): Promise<WebPushPolicy> {
    return (await this.#ask(wire.setPolicy, {policy}, {repeatable: true})).policy;
  }

  /** A connection stands: the server is told of this browser again, and one with another key is subscribed to anew. */
  connected(): void {
    if (this.#browser.permission === 'granted') void this.#refresh().catch(() => undefined);
  }

  async #refresh(): Promise<void> {
    if ((await this.#browser.subscription()) === undefined) return;
    const {publicKey} = await this.#known();
    if (publicKey !== undefined) await this.#register(await this.#subscribed(publicKey));
  }

  async #subscribed(publicKey: string): Promise<BrowserSubscription> {
    const known = await this.#browser.subscription();
    if (known !== undefined && (known.publicKey ?? publicKey) === publicKey) return known;
    await known?.remove();
    return this.#browser.subscribe(publicKey);
  }

  async #register({endpoint, keys}: BrowserSubscription): Promise<string> {
    return (await this.#ask(wire.subscribe, {endpoint, keys}, {repeatable: true})).id;
  }

  #known() {
    return this.#ask(wire.state, {}, {repeatable: true});
  }
}
