import type {Departure} from '@parley/client';

/** Why somebody is no longer in a room, as a sentence to them; nothing if they left by themselves. */
export function departureText({reason, by}: Departure, nameOf: (user: string) => string): string | undefined {
  switch (reason) {
    case 'left':
      return undefined;
    case 'removed':
      return by === undefined ? 'The operator removed you.' : `${nameOf(by)} removed you.`;
    case 'expired':
      return 'Your access to this room has ended.';
    case 'deleted':
      return 'It was deleted.';
    case 'forbidden':
      return 'This room is by invitation now.';
    default:
      return reason;
  }
}
