import type {Conversation} from '../store/conversation.js';
import {linkTo} from '../store/page-parameters.js';
import type {Space} from '../store/space.js';

/** Only pages from a safe origin may. */
export const canCopyLinks = (): boolean => 'clipboard' in navigator;

export function copyLinkTo(room: Conversation, {toasts}: Space): void {
  const copied = navigator.clipboard.writeText(linkTo(new URL(location.href), room.id)).then(() => {
    const text = 'Whoever opens it joins this room under their own name.';
    toasts.show({tone: 'info', title: 'Link copied', text});
  });
  toasts.whenFails('Copying failed.', copied);
}
