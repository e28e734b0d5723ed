import {createHash, ECDH} from 'node:crypto';
import {ParleyError, webPush as wire} from '@parley/protocol';
import {on, type Handler} from '../../dispatch/handler.js';
import type {Store, WebPushSender} from '../../ports.js';
import {canonicalTimeZone} from '../../push/quiet-hours.js';
import type {ConnectedSession} from '../../sessions/connected-session.js';

export interface WebPushFeatureOptions {
  readonly store: Pick<Store, 'sessions' | 'webPush'>;
  /** Undefined: this server sends no web push. */
  readonly sender: WebPushSender | undefined;
}

const refuse = (field: string, message: string): never => {
  throw new ParleyError('invalid_payload', {field, message});
};

/** The same for the same endpoint: 22 characters of base64url. */
const idOf = (endpoint: string): string => createHash('sha256').update(endpoint).digest('base64url').slice(0, 22);

/** Nothing could ever be encrypted for what is no point of the curve. */
function isPoint(p256dh: string): boolean {
  try {
    ECDH.convertKey(p256dh, 'prime256v1', 'base64url', 'base64url', 'uncompressed');
    return true;
  } catch {
    return false;
  }
}

export function webPushFeature({store, sender}: WebPushFeatureOptions): readonly Handler<ConnectedSession>[] {
  return [
    on(wire.state, async (_, {session: {user}}) => {
      const standing = (await store.webPush.of([user])).get(user);
      return {
        ...(sender !== undefined && {publicKey: sender.publicKey}),
        policy: standing?.policy ?? wire.usualPolicy,
        subscriptions: (standing?.subscriptions ?? []).map(({id, device, at}) => ({
          id,
          ...(device !== undefined && {device}),
          at,
        })),
      };
    }),

    on(wire.subscribe, async (subscription, {session}) => {
      if (sender === undefined) throw new ParleyError('web_push_unavailable');
      const refusal = sender.refusalOf(subscription);
      if (refusal !== undefined) refuse(refusal.field, refusal.message);
      if (!isPoint(subscription.keys.p256dh)) refuse('keys.p256dh', 'is no point of P-256');
      const id = idOf(subscription.endpoint);
      const device = (await store.sessions.find(session.id))?.device;
      const by = {session: session.id, ...(device !== undefined && {device})};
      await store.webPush.register(session.user, {...subscription, id, ...by});
      return {id};
    }),

    on(wire.unsubscribe, async ({id}, {session}) => {
      await store.webPush.remove(session.user, id);
      return {};
    }),

    on(wire.setPolicy, async ({policy: {when, quietHours}}, {session}) => {
      const timeZone = quietHours && canonicalTimeZone(quietHours.timeZone);
      if (quietHours && timeZone === undefined)
        refuse('policy.quietHours.timeZone', 'is no time zone such as Europe/Berlin');
      const policy = {
        when,
        ...(quietHours !== undefined && timeZone !== undefined && {quietHours: {...quietHours, timeZone}}),
      };
      await store.webPush.setPolicy(session.user, policy);
      return {policy};
    }),
  ];
}
