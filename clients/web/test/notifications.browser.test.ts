import {createECDH} from 'node:crypto';
import type {BrowserContext, Page, Worker} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {ops} from '../../../server/test/ops.js';
import {startNode, type TestNode} from '../../../server/test/start-node.js';
import {PushEndpoint} from '../../../server/test/web-push/push-endpoint.js';
import {launchBrowser, type TestBrowser} from './browser.js';
import {enter, eventually, expectNoProblems} from './person.js';

let browser: TestBrowser;
let node: TestNode;
let endpoint: PushEndpoint;
const ecdh = createECDH('prime256v1');
const publicKey = ecdh.generateKeys('base64url');

beforeAll(async () => {
  browser = await launchBrowser();
  endpoint = await PushEndpoint.start(publicKey);
  node = await startNode({
    env: {
      PARLEY_WEB_PUSH_KEY: Buffer.concat([Buffer.alloc(32), ecdh.getPrivateKey()])
        .subarray(-32)
        .toString('base64url'),
      PARLEY_WEB_PUSH_CONTACT: 'mailto:ops@example.org',
      PARLEY_WEB_PUSH_ALLOW_PRIVATE: '1',
    },
  });
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await node.close();
  await endpoint[Symbol.asyncDispose]();
});

/** A push service of Google's cannot be reached from a test: the browser subscribes at ours, and all else is its own. */
async function subscribesAtOurs(page: Page): Promise<void> {
  await page.context().grantPermissions(['notifications'], {origin: new URL(node.url).origin});
  const {endpoint: url, keys} = endpoint.subscription('ada');
  await page.addInitScript(
    (subscription: {url: string; keys: Readonly<Record<string, string>>}) => {
      const bytes = (text: string): ArrayBuffer =>
        Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0)).buffer;
      let held: object | null = null;
      PushManager.prototype.getSubscription = () => Promise.resolve(held as PushSubscription | null);
      PushManager.prototype.subscribe = (options) => {
        held = {
          endpoint: subscription.url,
          options: {applicationServerKey: bytes(options?.applicationServerKey as string)},
          getKey: (name: string) => bytes(subscription.keys[name] ?? ''),
          unsubscribe: () => {
            held = null;
            return Promise.resolve(true);
          },
        };
        return Promise.resolve(held as PushSubscription);
      };
    },
    {url, keys},
  );
}

/** What the browser does when its push service has something for it. */
async function deliver(context: BrowserContext, data: string): Promise<void> {
  const blank = await context.newPage();
  const devTools = await context.newCDPSession(blank);
  const registered = new Promise<string>((resolve) => {
    devTools.on('ServiceWorker.workerRegistrationUpdated', ({registrations}) => {
      const found = registrations.find(({scopeURL}) => scopeURL.startsWith(node.url));
      if (found !== undefined) resolve(found.registrationId);
    });
  });
  await devTools.send('ServiceWorker.enable');
  const registrationId = await registered;
  await devTools.send('ServiceWorker.deliverPushMessage', {origin: new URL(node.url).origin, registrationId, data});
  await blank.close();
}

interface Shown {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly data: unknown;
}

const shown = (worker: Worker): Promise<Shown[]> =>
  worker.evaluate(async () => {
    const {registration} = globalThis as unknown as {registration: ServiceWorkerRegistration};
    const notifications = await registration.getNotifications();
    return notifications.map(({title, body, tag, data}) => ({title, body, tag, data: data as unknown}));
  });

/** A person's click, which no protocol can make: the event that it would be. */
const click = (worker: Worker): Promise<void> =>
  worker.evaluate(async () => {
    const scope = globalThis as unknown as {registration: ServiceWorkerRegistration};
    const [notification] = await scope.registration.getNotifications();
    const event = Object.assign(new Event('notificationclick'), {notification, waitUntil: () => undefined});
    globalThis.dispatchEvent(event);
  });

test('[WPUSH9] notifications are turned on by the bell, shown while no window is seen, and lead to their room', async () => {
  expect(await ops(node, 'POST', '/v1/rooms', {room: 'orders', title: 'Orders'})).toMatchObject({
    body: {room: 'orders'},
  });
  await using ada = await enter(browser, node.url, 'ada', {prepare: subscribesAtOurs});
  const context = ada.page.context();
  await ada.page.getByRole('button', {name: 'Notifications'}).click();
  await ada.page.getByTestId('notify-here').check();
  await ada.page.locator('[data-testid=notification-state][data-state=on]').waitFor();
  await ada.page.getByTestId('quiet-hours').check();
  await ada.page.getByLabel('From').waitFor();
  await ada.page.getByTestId('quiet-hours').uncheck();
  await eventually(() => ada.page.getByLabel('From').count()).toBe(0);
  const [worker] = context.serviceWorkers();
  if (worker === undefined) throw new Error('There is no service worker.');

  await deliver(context, JSON.stringify({id: 'p0', tag: 'p0', title: 'Seen'}));
  expectNoProblems(ada);
  await ada.page.close();
  const notify = {title: 'Shipped', body: 'On its way', room: 'orders'};
  const push = {target: {user: 'ada'}, topic: 'order.shipped', data: 7, collapseKey: 'order-7', notify};
  await eventually(async () => {
    const {body} = await ops(node, 'POST', '/v1/push', push);
    return body;
  }).toMatchObject({browsers: 1});
  await endpoint.until(() => endpoint.taken.length >= 1, 'the note');
  expect(endpoint.faults).toEqual([]);
  const message = JSON.stringify(endpoint.taken.at(-1)?.message);
  await deliver(context, message);
  await deliver(context, message);
  const id: unknown = endpoint.taken.at(-1)?.message['id'];
  const data = {parley: 'open', id, room: 'orders'};
  await eventually(() => shown(worker)).toEqual([{title: 'Shipped', body: 'On its way', tag: 'order-7', data}]);

  const page = await context.newPage();
  await page.goto(`${node.url}?name=ada`);
  await page.getByTestId('composer').waitFor();
  await click(worker);
  await page.getByTestId('room-title-shown').filter({hasText: 'Orders'}).waitFor();
}, 90_000);
