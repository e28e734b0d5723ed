import type {JSX, Ref} from 'preact';
import {CallButton} from '../call/call-button.js';
import type {Conversation} from '../store/conversation.js';
import type {Space} from '../store/space.js';
import {Icon, IconButton} from '../ui/icon.js';
import {membersText} from './members-text.js';
import {canCopyLinks, copyLinkTo} from './room-link.js';

interface RoomHeaderProps {
  readonly space: Space;
  readonly room: Conversation;
  readonly menu: JSX.Element;
  readonly membersOpen: boolean;
  readonly membersButton: Ref<HTMLButtonElement>;
  readonly onMembers: () => void;
}

export function RoomHeader({space, room, menu, membersOpen, membersButton, onMembers}: RoomHeaderProps): JSX.Element {
  const attendance = room.members.attendance.value;
  const isConnected = space.connection.value.status === 'connected';
  return (
    <header class="room-head">
      {menu}
      <div class="room-head__names">
        <h1 class="room-head__title" data-testid="room-title-shown">
          {room.title}
        </h1>
        <p class="room-head__about">
          {room.title.toLowerCase() !== room.id && <span class="room-head__id">#{room.id} · </span>}
          {attendance === undefined
            ? '\u00a0'
            : isConnected
              ? `${attendance.online.toLocaleString()} of ${attendance.members.toLocaleString()} online`
              : membersText(attendance.members)}
        </p>
      </div>
      <CallButton space={space} room={room} />
      {canCopyLinks() && (
        <IconButton
          icon="link"
          label="Copy a link to this room"
          class="icon-button room-head__extra"
          onClick={() => {
            copyLinkTo(room, space);
          }}
        />
      )}
      <button
        ref={membersButton}
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
