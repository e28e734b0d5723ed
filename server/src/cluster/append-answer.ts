import {LimitReached, ParleyError} from '@parley/protocol';
import type {Appended} from '@parley/signaling';
import type {AppendOutcome} from './append-batches.js';
import {atOf, type Standing} from './feed-message.js';
import {integer, text} from './replies.js';

/** What `append-6.lua` answers to so many appends, one by one and in order, and the newest that was appended. */
export function readAppended(
  [epoch, firstOffset, firstStamp, ...said]: readonly unknown[],
  asked: number,
): {readonly outcomes: readonly AppendOutcome[]; readonly newest: Pick<Standing, 'offset' | 'stamp'> | undefined} {
  const remarks = new Map<number, readonly string[]>();
  for (let index = 0; index < said.length; index += 2)
    remarks.set(integer(said[index]), text(said[index + 1]).split(' '));
  const next = {epoch: text(epoch), offset: integer(firstOffset), stamp: integer(firstStamp)};
  const outcomes: AppendOutcome[] = [];
  let newest: Pick<Standing, 'offset' | 'stamp'> | undefined;
  for (let place = 0; place < asked; place += 1) {
    const [word, ...details] = remarks.get(place) ?? [];
    switch (word) {
      case 'again':
        outcomes.push(firstAnswer(details));
        break;
      case 'slow_mode':
      case 'room_messages':
        outcomes.push(new LimitReached(word, {retryAfterMs: integer(details[0])}));
        break;
      case 'room_deleted':
        outcomes.push(new ParleyError(word));
        break;
      default: {
        const {offset, stamp} = next;
        newest = {offset, stamp};
        const waitMs = word === 'wait' ? integer(details[0]) : 0;
        outcomes.push({epoch: next.epoch, offset, at: atOf(stamp), repeated: false, ...(waitMs > 0 && {waitMs})});
        next.offset += 1;
        next.stamp += 1;
      }
    }
  }
  return {outcomes, newest};
}

function firstAnswer([epoch, id = '', wait]: readonly string[]): Appended {
  const [offset, stamp] = id.split('-');
  const waitMs = integer(wait);
  return {
    epoch: text(epoch),
    offset: integer(offset),
    at: atOf(integer(stamp)),
    repeated: true,
    ...(waitMs > 0 && {waitMs}),
  };
}
