import type {Role} from '@parley/protocol';
import type {JSX} from 'preact';
import type {Conversation} from '../store/conversation.js';
import type {Row} from '../store/rows.js';
import {Icon} from '../ui/icon.js';
import {oneOf} from './role-text.js';
import {dayText, gapText, timeText} from './times.js';
import {MessageRowView} from './message-row.js';
import {PushCard} from './push-card.js';

export function LogRow({row, room, me}: {row: Row; room: Conversation; me: string | undefined}): JSX.Element {
  switch (row.kind) {
    case 'day':
      return (
        <li class="divider">
          <span>{dayText(row.at)}</span>
        </li>
      );
    case 'message':
      return <MessageRowView row={row} room={room} />;
    case 'member': {
      const {user, name, at} = row.event;
      return (
        <li class="log__note" data-testid="member-change">
          {user === me ? 'You' : name} {changeText(row.event, user === me)} · {timeText(at)}
        </li>
      );
    }
    case 'settings': {
      const {user, name, slowModeMs, at} = row.event;
      return (
        <li class="log__note" data-testid="settings-change">
          {user !== undefined && user === me ? 'You' : (name ?? 'The operator')} changed the room: slow mode{' '}
          {slowModeMs === 0 ? 'off' : gapText(slowModeMs)} · {timeText(at)}
        </li>
      );
    }
    case 'push':
      return (
        <li class="log__card">
          <PushCard topic={row.event.topic} data={row.event.data} at={row.event.at} />
        </li>
      );
    case 'gap':
      return (
        <li class="divider divider--gap" data-testid="gap">
          <span>
            <Icon name="warning" /> Some messages may be missing here.{' '}
            {row.gap.loadable && (
              <button
                type="button"
                class="link-button"
                data-testid="load-gap"
                onClick={() => {
                  room.log.loadGap(row.gap);
                }}
              >
                Load what there is
              </button>
            )}
          </span>
        </li>
      );
  }
}

function changeText(
  {change, role}: {change: 'joined' | 'left' | 'removed' | 'role'; role: Role},
  isMe: boolean,
): string {
  switch (change) {
    case 'joined':
    case 'left':
      return change;
    case 'removed':
      return isMe ? 'were removed' : 'was removed';
    case 'role':
      return `${isMe ? 'are' : 'is'} now ${oneOf(role)}`;
  }
}
