import {expect, test} from 'vitest';
import {openedPush} from './opened-push.js';
import {showPushes, type WorkerScope} from './show-pushes.js';

type Listener = (event: never) => void;

/** A service worker with windows that are or are not seen. */
class FakeScope {
  readonly location = {origin: 'https://chat.example'};
  readonly shown: {title: string; options: object}[] = [];
  readonly posted: unknown[] = [];
  readonly opened: string[] = [];
  readonly #listeners = new Map<string, Listener>();
  windows: DocumentVisibilityState[] = [];
  readonly registration = {
    showNotification: (title: string, options: object): Promise<void> => {
      this.shown.push({title, options});
      return Promise.resolve();
    },
  };
  readonly clients = {
    matchAll: () =>
      Promise.resolve(
        this.windows.map((visibilityState) => ({
          url: 'https://chat.example/',
          visibilityState,
          focus: () => Promise.reject(new Error('too late')),
          postMessage: (message: unknown) => this.posted.push(message),
        })),
      ),
    openWindow: (url: string) => Promise.resolve(this.opened.push(url)),
  };

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, listener);
  }

  async fire(type: string, event: object): Promise<void> {
    const waited: Promise<unknown>[] = [];
    const whole = {...event, waitUntil: (promise: Promise<unknown>) => waited.push(promise)};
    this.#listeners.get(type)?.(whole as never);
    await Promise.all(waited);
  }

  push(message: unknown): Promise<void> {
    return this.fire('push', {data: {text: () => (typeof message === 'string' ? message : JSON.stringify(message))}});
  }

  click(data: unknown): Promise<void> {
    return this.fire('notificationclick', {notification: {data, close: () => undefined}});
  }
}

function worker(): FakeScope {
  const scope = new FakeScope();
  showPushes(scope satisfies WorkerScope, {icon: '/icon.svg', roomUrl: (room) => `/?room=${room}`});
  return scope;
}

const message = {id: 'p1', topic: 't', at: 1, tag: 'order-7', title: 'Shipped', body: 'On its way', room: 'orders'};

test('[WPUSH9] a push is shown under its tag, unless a window of the page is seen', async () => {
  const scope = worker();
  await scope.push(message);
  const data = {parley: 'open', id: 'p1', room: 'orders'};
  expect(scope.shown).toEqual([
    {title: 'Shipped', options: {body: 'On its way', tag: 'order-7', icon: '/icon.svg', data}},
  ]);
  scope.windows = ['hidden'];
  await scope.push(message);
  scope.windows = ['hidden', 'visible'];
  await scope.push(message);
  expect(scope.shown).toHaveLength(2);
});

test('[WPUSH9] what cannot be read is shown too: a browser takes the right away from who shows nothing', async () => {
  const scope = worker();
  for (const odd of ['', 'no JSON', '7', {title: 7}]) await scope.push(odd);
  expect(scope.shown.map(({title}) => title)).toEqual(['News', 'News', 'News', 'News']);
});

test('[WPUSH9] a click opens the room in the window that is there, or in a new one, and nothing of another origin', async () => {
  const scope = worker();
  await scope.click({id: 'p1', room: 'orders'});
  await scope.click({id: 'p2', url: '/orders/7'});
  await scope.click({id: 'p3'});
  await scope.click({id: 'p4', url: 'https://elsewhere.example/'});
  expect(scope.opened).toEqual(['?room=orders', 'orders/7', ''].map((path) => `https://chat.example/${path}`));
  scope.windows = ['hidden'];
  await scope.click({id: 'p1', room: 'orders'});
  expect(scope.posted.map(openedPush)).toEqual([{parley: 'open', id: 'p1', room: 'orders'}]);
  expect([openedPush('x'), openedPush(null), openedPush({room: 'orders'})]).toEqual([undefined, undefined, undefined]);
});
