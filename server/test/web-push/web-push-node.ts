import {newVapidKeys} from '../../src/web-push/vapid.js';
import {connectBare} from '../connect-bare.js';
import {ops} from '../ops.js';
import type {TestNode} from '../start-node.js';
import type {PushEndpoint} from './push-endpoint.js';

export const vapid = newVapidKeys();

export const webPushEnvironment = {
  PARLEY_WEB_PUSH_KEY: vapid.privateKey,
  PARLEY_WEB_PUSH_CONTACT: 'mailto:ops@example.org',
  PARLEY_WEB_PUSH_ALLOW_PRIVATE: '1',
};

type Node = Pick<TestNode, 'url' | 'opsUrl' | 'apiKey' | 'token'>;

/** A user registers browsers and goes away for good. */
export async function subscribeAndLeave(
  node: Node,
  user: string,
  endpoint: PushEndpoint,
  browsers: readonly string[],
): Promise<void> {
  await using client = await connectBare(node, {user});
  for (const browser of browsers) await client.request('webPush.subscribe', endpoint.subscription(browser));
  await client.request('session.end', {});
}

const notify = {title: 'Shipped', body: 'On its way — 漢字', room: 'orders'};

/** Resolves with the report. */
export async function pushTo(node: Node, user: string, more: object = {}): Promise<{id: string; browsers: number}> {
  const body = {target: {user}, topic: 'order.shipped', data: {order: 7}, notify, ...more};
  const answer = await ops(node, 'POST', '/v1/push', body);
  if (answer.status !== 200) throw new Error(`status ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body as {id: string; browsers: number};
}

export const outcomeOf = async (node: Node, id: string): Promise<unknown> =>
  (await ops(node, 'GET', `/v1/pushes/${id}`)).body;
