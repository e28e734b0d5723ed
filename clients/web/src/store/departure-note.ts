import type {Departure} from '@parley/client';
import type {Toast} from './toasts.js';

type Note = Omit<Toast, 'id'>;

/** What somebody is told who is no longer in a room; nothing if they left by themselves. */
export function departureNote(
  {reason, by}: Departure,
  title: string,
  nameOf: (user: string) => string,
): Note | undefined {
  const because = (text: string): Note => ({tone: 'bad', title: `You are no longer in ${title}.`, text});
  switch (reason) {
    case 'left':
      return undefined;
    case 'removed':
      return because(by === undefined ? 'The operator removed you.' : `${nameOf(by)} removed you.`);
    case 'expired':
      return because('Your access to this room has ended.');
    case 'deleted':
      return deletedNote(title);
    case 'forbidden':
      return because('This room is by invitation now.');
    default:
      return because(reason);
  }
}

/** Nothing is wrong, and there is nothing to do. */
export const deletedNote = (title: string): Note => ({
  tone: 'info',
  title: `${title} was deleted.`,
  text: 'The room is gone, with all that was in it.',
});
