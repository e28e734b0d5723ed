import {ParleyError, webPush as wire, type ParamsOf, type RequestDefinition, type ResultOf} from '@parley/protocol';
import {expect, test} from 'vitest';
import type {Ask} from '../session/requests.js';
import type {BrowserSubscription, PushBrowser} from './push-browser.js';
import {WebPush} from './web-push.js';

class FakeBrowser implements PushBrowser {
  permission: NotificationPermission | undefined = 'default';
  wish: NotificationPermission = 'granted';
  held: BrowserSubscription | undefined;
  made = 0;

  ask(): Promise<NotificationPermission> {
    this.permission = this.wish;
    return Promise.resolve(this.wish);
  }

  subscription(): Promise<BrowserSubscription | undefined> {
    return Promise.resolve(this.held);
  }

  subscribe(publicKey: string): Promise<BrowserSubscription> {
    this.made += 1;
    this.held = {
      publicKey,
      endpoint: `https://push.example/${this.made}`,
      keys: {p256dh: 'p', auth: 'a'},
      remove: () => {
        this.held = undefined;
        return Promise.resolve();
      },
    };
    return Promise.resolve(this.held);
  }
}

/** A server that knows one user. */
class FakeServer {
  publicKey: string | undefined = 'key-1';
  policy: wire.Policy = {when: 'away'};
  readonly endpoints = new Set<string>();

  readonly ask: Ask = <D extends RequestDefinition>(definition: D, params: ParamsOf<D>): Promise<ResultOf<D>> =>
    Promise.resolve(this.#answer(definition.name, params) as ResultOf<D>);

  #answer(name: string, params: unknown): unknown {
    switch (name) {
      case wire.state.name:
        return {
          ...(this.publicKey !== undefined && {publicKey: this.publicKey}),
          policy: this.policy,
          subscriptions: [],
        };
      case wire.subscribe.name: {
        const {endpoint} = params as ParamsOf<typeof wire.subscribe>;
        this.endpoints.add(endpoint);
        return {id: endpoint};
      }
      case wire.unsubscribe.name:
        this.endpoints.delete((params as ParamsOf<typeof wire.unsubscribe>).id);
        return {};
      case wire.setPolicy.name:
        this.policy = (params as ParamsOf<typeof wire.setPolicy>).policy;
        return {policy: this.policy};
      default:
        throw new ParleyError('unknown_request');
    }
  }
}

function client(): {browser: FakeBrowser; server: FakeServer; webPush: WebPush} {
  const [browser, server] = [new FakeBrowser(), new FakeServer()];
  return {browser, server, webPush: new WebPush(server.ask, browser)};
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('[WPUSH1] a browser is subscribed with the server’s key, registered, and unregistered', async () => {
  const {browser, server, webPush} = client();
  expect(await webPush.state()).toEqual({at: 'off', policy: {when: 'away'}});
  expect(await webPush.subscribe()).toEqual({at: 'on', policy: {when: 'away'}});
  expect(await webPush.state()).toMatchObject({at: 'on'});
  expect([browser.held?.publicKey, ...server.endpoints]).toEqual(['key-1', 'https://push.example/1']);
  await webPush.unsubscribe();
  await webPush.unsubscribe();
  expect([browser.held, server.endpoints.size]).toEqual([undefined, 0]);
  expect(await webPush.state()).toMatchObject({at: 'off'});
});

test('[WPUSH1] a browser that cannot, a person who will not and a server that does not are told apart', async () => {
  const {browser, server, webPush} = client();
  browser.wish = 'denied';
  expect(await webPush.subscribe()).toMatchObject({at: 'denied'});
  expect(await webPush.state()).toMatchObject({at: 'denied'});
  browser.wish = 'default';
  expect(await webPush.subscribe()).toMatchObject({at: 'off'});
  server.publicKey = undefined;
  expect([await webPush.state(), await webPush.subscribe()]).toEqual([{at: 'unavailable'}, {at: 'unavailable'}]);
  browser.permission = undefined;
  expect([await webPush.state(), await webPush.subscribe()]).toEqual([{at: 'unsupported'}, {at: 'unsupported'}]);
  await webPush.unsubscribe();
  expect([browser.made, server.endpoints.size]).toEqual([0, 0]);
});

test('[WPUSH1] with each connection the server is told again, and one with another key is subscribed to anew', async () => {
  const {browser, server, webPush} = client();
  webPush.connected();
  await turn();
  expect(server.endpoints.size).toBe(0);
  await webPush.subscribe();
  server.endpoints.clear();
  webPush.connected();
  await turn();
  expect([...server.endpoints]).toEqual(['https://push.example/1']);
  server.publicKey = 'key-2';
  webPush.connected();
  await turn();
  expect([browser.held?.publicKey, browser.made]).toEqual(['key-2', 2]);
  expect([...server.endpoints].at(-1)).toBe('https://push.example/2');
});

test('[WPUSH5] when browsers are woken is set for all of the user’s', async () => {
  const {webPush} = client();
  expect(await webPush.setPolicy({when: 'never'})).toEqual({when: 'never'});
  expect(await webPush.state()).toMatchObject({policy: {when: 'never'}});
});
