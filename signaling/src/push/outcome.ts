import type {PushRecord} from '../ports.js';
import type {PushOutcome} from '../pushes.js';

/** What became of a push by `now`, as backends are told. */
export function outcomeOf(id: string, record: PushRecord, now: number): PushOutcome {
  const {taken, awaitsAcks: _awaitsAcks, answered: _answered, ...known} = record;
  const left = Math.max(0, known.stored - taken - known.superseded);
  const isOver = known.expiresAt !== undefined && known.expiresAt <= now;
  return {id, ...known, waiting: isOver ? 0 : left, expired: isOver ? left : 0};
}
