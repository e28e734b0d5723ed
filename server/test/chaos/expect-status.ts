import {presence, type ResultOf} from '@parley/protocol';
import {connectBare} from '../connect-bare.js';
import type {Stage} from './carry-out.js';
import {square} from './rooms.js';
import {eventuallyNone} from './eventually-none.js';

/** The name of the user who asks. */
export const watcher = 'watcher';

/** Whether these users are what they should be, as any other user is told. */
export async function expectStatus(stage: Stage, right: ReadonlyMap<string, string>, withinMs: number): Promise<void> {
  const node = stage.cluster.slots[0]!.node!;
  await using asking = await connectBare(node, {user: watcher});
  await asking.request('room.join', {room: square});
  await eventuallyNone('[PRES1] presence', withinMs, stage, async () => {
    const {users} = await asking.request<ResultOf<typeof presence.get>>(presence.get.name, {users: [...right.keys()]});
    return users.filter(({user, status}) => right.get(user) !== status).map(({user, status}) => `${user} is ${status}`);
  });
  await asking.request('session.end');
}
