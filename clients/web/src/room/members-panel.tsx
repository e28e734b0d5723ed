import type {JSX} from 'preact';
import type {Conversation} from '../store/conversation.js';
import type {Space} from '../store/space.js';
import {Avatar} from '../ui/avatar.js';
import {IconButton} from '../ui/icon.js';
import {SlowModeSetting} from './slow-mode-setting.js';

const presenceText = {online: 'Online', away: 'Away', offline: 'Offline'} as const;

interface MembersPanelProps {
  readonly space: Space;
  readonly room: Conversation;
  readonly onClose: () => void;
}

export function MembersPanel({space, room, onClose}: MembersPanelProps): JSX.Element {
  const members = room.members.list.value;
  const attendance = room.members.attendance.value;
  const me = space.me.value?.user;
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
          {` · ${attendance.members.toLocaleString()} members`}
          {room.members.isLarge.value && (
            <span class="members__note">Large rooms tell how many are here, and not who.</span>
          )}
        </p>
      )}
      <SlowModeSetting space={space} room={room} />
      <ul class="members__list">
        {members.map(({user, name, role, presence}) => (
          <li key={user} class="member" data-testid={`member-${user}`} data-presence={presence}>
            <Avatar user={user} name={name} size="small" {...(presence !== undefined && {presence})} />
            <span class="member__name">
              {name}
              {user === me && <span class="member__you"> (you)</span>}
              {role !== 'member' && (
                <span class="member__you" data-testid={`role-${user}`}>
                  {' '}
                  · {role}
                </span>
              )}
            </span>
            {presence !== undefined && <span class="member__presence">{presenceText[presence]}</span>}
          </li>
        ))}
      </ul>
    </aside>
  );
}
