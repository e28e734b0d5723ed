import type {CallConsumer, Peer} from './call-state.js';
import {ranks} from './ranks.js';

/** How a consumer goes before others of its receiver. */
export function rankOf(
  {priority, pinned, producer}: Pick<CallConsumer, 'priority' | 'pinned' | 'producer'>,
  speaker: Peer | undefined,
): number {
  if (priority !== undefined) return priority;
  if (pinned) return ranks.pinned;
  if (producer.source === 'screen') return ranks.screen;
  return producer.peer === speaker ? ranks.speaker : ranks.others;
}
