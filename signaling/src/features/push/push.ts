import {push as wire} from '@parley/protocol';
import {on, type Handler} from '../../dispatch/handler.js';
import type {Awaited} from '../../push/awaited.js';
import type {InboxDelivery} from '../../push/inbox-delivery.js';
import type {Tally} from '../../push/tally.js';
import type {ConnectedSession} from '../../sessions/connected-session.js';

export interface PushFeatureOptions {
  readonly inboxes: Pick<InboxDelivery, 'acknowledge'>;
  readonly awaited: Awaited;
  readonly tally: Tally;
}

export function pushFeature({inboxes, awaited, tally}: PushFeatureOptions): readonly Handler<ConnectedSession>[] {
  return [
    on(wire.ack, async ({upTo, ids = []}, {session}) => {
      for (const id of ids) if (awaited.acknowledge(id, session.id)) tally.add(id, {acknowledged: 1});
      if (upTo) await inboxes.acknowledge(session, upTo);
      return {};
    }),
  ];
}
