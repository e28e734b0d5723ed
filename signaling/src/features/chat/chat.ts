import {chat as wire, type Json, type RoomId} from '@parley/protocol';
import {on, type Handler} from '../../dispatch/handler.js';
import type {Consent} from '../../hooks/consent.js';
import type {HubObserver} from '../../hub.js';
import {KeyedBuckets} from '../../limits/keyed-buckets.js';
import type {Appended, Clock, RoomFeeds} from '../../ports.js';
import {isUnpaced} from '../../rights/policy.js';
import {storedPayload} from '../../rooms/wire-payload.js';

const pageSize = 50;

export interface ChatFeatureOptions {
  readonly feeds: RoomFeeds;
  readonly clock: Clock;
  readonly consent: Pick<Consent, 'publish'>;
  readonly observer: Pick<HubObserver, 'limitReached'>;
  /** 0: not limited. */
  readonly ephemeralsPerSecond: number;
}

export function chatFeature({
  feeds,
  clock,
  consent,
  observer,
  ephemeralsPerSecond: perSecond,
}: ChatFeatureOptions): readonly Handler[] {
  const ephemerals = perSecond === 0 ? undefined : new KeyedBuckets<RoomId>({perSecond, burst: perSecond * 2});
  return [
    on(wire.send, async (message, {session}) => {
      const {room, id} = message;
      const {user, name} = session;
      const append = (text: string): Promise<Appended> => {
        const event = {name: wire.message.name, data: {id, from: user, name, text}};
        const pace = {user, exempt: isUnpaced(session.standing(room))};
        return feeds.append(room, event, {key: `${user}/${id}`, pace});
      };
      const appending = consent.publish?.(session, message, append) ?? append(message.text);
      const {epoch, offset, at, waitMs} = await appending;
      return {epoch, offset, at, ...(waitMs !== undefined && {waitMs})};
    }),

    on(wire.history, async ({room, before, after, limit = pageSize}) => {
      const page = await feeds.read(room, {
        ...(before !== undefined && {before}),
        ...(after !== undefined && {after}),
        limit,
      });
      const first = page.entries[0];
      const last = page.entries.at(-1);
      return {
        epoch: page.epoch,
        head: page.head,
        events: page.entries.map((entry) => ({
          event: entry.name,
          // What is in the log came by a schema, and through JSON.
          payload: storedPayload(room, entry) as Json,
        })),
        more:
          after === undefined
            ? first !== undefined && first.offset > page.tail
            : (last?.offset ?? page.head) < page.head,
      };
    }),

    on(wire.typing, ({room, typing}, {session}) => {
      if ((ephemerals?.take(room, clock.now()) ?? 0) > 0) {
        observer.limitReached('room_messages');
        return {};
      }
      feeds.publish(room, {name: wire.typingChanged.name, data: {user: session.user, name: session.name, typing}});
      return {};
    }),
  ];
}
