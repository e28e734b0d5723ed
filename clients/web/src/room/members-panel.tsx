import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import type {Conversation} from '../store/conversation.js';
import type {Space} from '../store/space.js';
import {IconButton} from '../ui/icon.js';
import {MemberRow} from './member-row.js';
import {membersText} from './members-text.js';
import {aboutMe} from './role-text.js';
import {canCopyLinks, copyLinkTo} from './room-link.js';
import {SlowModeSetting} from './slow-mode-setting.js';

interface MembersPanelProps {
  readonly space: Space;
  readonly room: Conversation;
  readonly onClose: () => void;
}

export function MembersPanel({space, room, onClose}: MembersPanelProps): JSX.Element {
  const members = room.members.list.value;
  const attendance = room.members.attendance.value;
  const {role, may} = room.rights.value;
  const acting = useSignal<string | undefined>(undefined);
  return (
    <aside
      class="members"
      aria-label="Who is here"
      data-testid="members"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header class="members__head">
        <h2 class="members__title">Who is here</h2>
        <IconButton icon="close" label="Close who is here" onClick={onClose} />
      </header>
      {attendance !== undefined && (
        <p class="members__about" data-testid="attendance">
          {attendance.online.toLocaleString()} online
          {attendance.away > 0 && ` · ${attendance.away.toLocaleString()} away`}
          {` · ${membersText(attendance.members)}`}
          {space.connection.value.status !== 'connected' && (
            <span class="members__note">This is from before the connection was lost.</span>
          )}
          {room.members.isLarge.value && (
            <span class="members__note">Large rooms tell how many are here, and not who.</span>
          )}
        </p>
      )}
      <p class="members__about" data-testid="my-role">
        {aboutMe(role)}
      </p>
      {may.includes('room.update') && <SlowModeSetting space={space} room={room} />}
      <ul class="members__list">
        {members.map((member) => (
          <MemberRow
            key={member.user}
            space={space}
            room={room}
            member={member}
            open={acting.value === member.user}
            onToggle={() => {
              acting.value = acting.peek() === member.user ? undefined : member.user;
            }}
          />
        ))}
      </ul>
      <footer class="members__room">
        {canCopyLinks() && (
          <button
            type="button"
            class="button button--small"
            onClick={() => {
              copyLinkTo(room, space);
            }}
          >
            Copy the link
          </button>
        )}
        <button
          type="button"
          class="button button--small"
          data-testid="leave-room-here"
          onClick={() => {
            space.toasts.whenFails('Leaving failed.', space.leave(room));
          }}
        >
          Leave the room
        </button>
      </footer>
    </aside>
  );
}
