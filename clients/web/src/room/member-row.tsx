import type {JSX} from 'preact';
import type {Conversation} from '../store/conversation.js';
import type {Member} from '../store/members.js';
import type {Space} from '../store/space.js';
import {Avatar} from '../ui/avatar.js';
import {IconButton} from '../ui/icon.js';
import {MemberActions} from './member-actions.js';

const presenceText = {online: 'Online', away: 'Away', offline: 'Offline'} as const;

interface MemberRowProps {
  readonly space: Space;
  readonly room: Conversation;
  readonly member: Member;
  /** What may be done to them is shown. */
  readonly open: boolean;
  readonly onToggle: () => void;
}

export function MemberRow({space, room, member, open, onToggle}: MemberRowProps): JSX.Element {
  const {user, name, role, presence} = member;
  const isMe = user === space.me.value?.user;
  const about = [...(isMe ? ['you'] : []), ...(role === 'member' ? [] : [role])].join(' · ');
  const {over} = room.rights.value;
  const mayAct = !isMe && over.includes(role);
  return (
    <li class="member" data-testid={`member-${user}`} data-presence={presence}>
      <div class="member__line">
        <Avatar user={user} name={name} size="small" {...(presence !== undefined && {presence})} />
        <span class="member__name">
          <span class="member__called">{name}</span>
          {about !== '' && (
            <span class="member__about" data-testid={`role-${user}`}>
              {about}
            </span>
          )}
        </span>
        {presence !== undefined && <span class="member__presence">{presenceText[presence]}</span>}
        {mayAct ? (
          <IconButton
            icon="more"
            label={`What may be done to ${name}`}
            class="icon-button member__more"
            expanded={open}
            testId={`act-on-${user}`}
            onClick={onToggle}
          />
        ) : (
          over.length > 0 && <span class="member__more" />
        )}
      </div>
      {mayAct && open && <MemberActions space={space} room={room} member={member} onDone={onToggle} />}
    </li>
  );
}
