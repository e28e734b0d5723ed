import {hasCode, room as definitions, type Position, type ResultOf} from '@parley/protocol';
import type {Ask} from '../session/requests.js';

type Joined = ResultOf<typeof definitions.join>;

/** Joins a room; creates it first if there is none, or none any more, and that is wanted. `inOrder` is as in {@link Ask}. */
export async function askToJoin(
  ask: Ask,
  room: string,
  {since, create, inOrder}: {since: Position | undefined; create: boolean; inOrder: (joined: Joined) => void},
): Promise<Joined> {
  // All of them early: other requests wait until the rooms are back, so these must not.
  const options = {repeatable: true, early: true};
  const join = (): Promise<Joined> => ask(definitions.join, {room, since}, {...options, inOrder});
  try {
    return await join();
  } catch (error) {
    if (!create || !hasCode(error, 'unknown_room', 'room_deleted')) throw error;
  }
  await ask(definitions.create, {room}, options).catch((error: unknown) => {
    // Somebody else, or this request before it was repeated, was faster.
    if (!hasCode(error, 'room_exists')) throw error;
  });
  return join();
}
