import {chat} from '@parley/protocol';
import type {Ask} from '../session/requests.js';
import type {FeedPage} from './feed-order.js';
import {placed} from './placed.js';
import {readStored} from './room-events.js';
import type {HistoryPage} from './room.js';

const repairPage = 200;

export interface HistoryQuery {
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly limit?: number;
}

/** A page for the application. */
export async function readHistory(ask: Ask, room: string, {before, after, limit}: HistoryQuery): Promise<HistoryPage> {
  const query = {room, before, after, limit};
  const {epoch, head, events, more} = await ask(chat.history, query, {repeatable: true});
  const places = events.flatMap(({event, payload}) => placed(event, payload) ?? []);
  return {
    events: places.flatMap((place) => readStored(place) ?? []),
    first: places.at(0)?.position.offset,
    last: places.at(-1)?.position.offset,
    epoch,
    head,
    more,
  };
}

/** What follows `after`, to mend a hole; ahead of requests that wait for the rooms to be whole. */
export async function readMissed(ask: Ask, room: string, after: number): Promise<FeedPage> {
  const {epoch, head, events} = await ask(chat.history, {room, after, limit: repairPage}, {early: true});
  return {epoch, head, events: events.flatMap(({event, payload}) => placed(event, payload) ?? [])};
}
