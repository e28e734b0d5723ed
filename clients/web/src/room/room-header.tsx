import type {JSX} from 'preact';
import {CallButton} from '../call/call-button.js';
import type {Conversation} from '../store/conversation.js';
import {linkTo} from '../store/page-parameters.js';
import type {Space} from '../store/space.js';
import {Icon, IconButton} from '../ui/icon.js';

interface RoomHeaderProps {
  readonly space: Space;
  readonly room: Conversation;
  readonly menu: JSX.Element;
  readonly membersOpen: boolean;
  readonly onMembers: () => void;
}

const shown = (count: number): string => count.toLocaleString();

export function RoomHeader({space, room, menu, membersOpen, onMembers}: RoomHeaderProps): JSX.Element {
  const attendance = room.members.attendance.value;
  const copyLink = async (): Promise<void> => {
    await navigator.clipboard.writeText(linkTo(new URL(location.href), room.id));
    space.toasts.show({
      tone: 'info',
      title: 'Link copied',
      text: 'Whoever opens it joins this room under their own name.',
    });
  };
  return (
    <header class="room-head">
      {menu}
      <div class="room-head__names">
        <h1 class="room-head__title" data-testid="room-title-shown">
          {room.title}
        </h1>
        <p class="room-head__about">
          {room.title.toLowerCase() !== room.id && <span class="room-head__id">#{room.id} · </span>}
          {attendance === undefined ? '\u00a0' : `${shown(attendance.online)} of ${shown(attendance.members)} online`}
        </p>
      </div>
      <CallButton space={space} room={room} />
      {'clipboard' in navigator && (
        <IconButton
          icon="link"
          label="Copy a link to this room"
          class="icon-button room-head__extra"
          onClick={() => {
            space.toasts.whenFails('Copying failed.', copyLink());
          }}
        />
      )}
      <button
        type="button"
        class="icon-button"
        aria-label="Who is here"
        title="Who is here"
        aria-expanded={membersOpen}
        data-testid="toggle-members"
        onClick={onMembers}
      >
        <Icon name="users" />
      </button>
      <IconButton
        icon="leave"
        label="Leave this room"
        class="icon-button room-head__extra"
        testId="leave-room"
        onClick={() => {
          space.toasts.whenFails('Leaving failed.', space.leave(room));
        }}
      />
    </header>
  );
}
