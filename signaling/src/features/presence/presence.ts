import {presence as wire} from '@parley/protocol';
import {on, type Handler} from '../../dispatch/handler.js';
import type {SessionDirectory} from '../../ports.js';

export function presenceFeature({sessions}: {sessions: SessionDirectory}): readonly Handler[] {
  return [
    on(wire.get, async ({users}) => {
      const statuses = await sessions.presenceOf(users);
      return {users: users.map((user) => ({user, status: statuses.get(user)?.status ?? 'offline'}))};
    }),
  ];
}
