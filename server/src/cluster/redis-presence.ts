import type {UserId} from '@parley/protocol';
import {toPresence, type UserPresence} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {texts} from './replies.js';

/** Presence is read where the user's sessions are: one script per user, all on their way at once. */
export async function readPresence(
  line: CommandLine,
  keys: Keys,
  users: readonly UserId[],
): Promise<ReadonlyMap<UserId, UserPresence>> {
  const read = async (user: UserId): Promise<[UserId, UserPresence]> => {
    const answer = texts(await line.run('presence', [keys.connected(user), keys.away(user)], [keys.session(user, '')]));
    const sessions: {device: string | undefined; connected: boolean}[] = [];
    for (let at = 0; at + 1 < answer.length; at += 2) {
      const device = answer[at + 1];
      sessions.push({device: device === '' ? undefined : device, connected: answer[at] === 'connected'});
    }
    return [user, toPresence(sessions)];
  };
  return new Map(await Promise.all(users.map(read)));
}
