import {push as wire} from '@parley/protocol';
import {on, type Handler} from '../../dispatch/handler.js';
import type {InboxDelivery} from '../../push/inbox-delivery.js';
import type {ConnectedSession} from '../../sessions/connected-session.js';

export function pushFeature(inboxes: Pick<InboxDelivery, 'acknowledge'>): readonly Handler<ConnectedSession>[] {
  return [
    on(wire.ack, async ({upTo}, {session}) => {
      await inboxes.acknowledge(session, upTo);
      return {};
    }),
  ];
}
