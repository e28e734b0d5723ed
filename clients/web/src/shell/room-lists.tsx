import type {JSX} from 'preact';
import {membersText} from '../room/members-text.js';
import type {Conversation} from '../store/conversation.js';
import type {Space} from '../store/space.js';
import {Icon} from '../ui/icon.js';

interface ListProps {
  readonly space: Space;
  readonly onChosen: () => void;
}

export function OpenRooms({space, onChosen}: ListProps): JSX.Element {
  const rooms = space.rooms.value;
  if (rooms.length === 0) return <p class="side__empty">None yet.</p>;
  return (
    <ul data-testid="open-rooms-list">
      {rooms.map((room) => (
        <OpenRoom
          key={room.id}
          room={room}
          current={space.selected.value === room}
          onChoose={() => {
            space.select(room);
            onChosen();
          }}
        />
      ))}
    </ul>
  );
}

function OpenRoom(props: {room: Conversation; current: boolean; onChoose: () => void}): JSX.Element {
  const {room, current, onChoose} = props;
  const unread = room.unread.value;
  const peers = room.callPeers.value;
  return (
    <li>
      <button
        type="button"
        class={unread > 0 ? 'room-item room-item--unread' : 'room-item'}
        aria-current={current ? 'page' : undefined}
        data-testid={`room-${room.id}`}
        onClick={onChoose}
      >
        <Icon name="hash" />
        <span class="room-item__title">{room.title}</span>
        {peers > 0 && (
          <span class="room-item__call" title={`${peers} in a call`}>
            <Icon name="phone" />
            <span class="quiet">{peers} in a call</span>
          </span>
        )}
        {unread > 0 && (
          <span class="badge" data-testid={`unread-${room.id}`}>
            {unread > 99 ? '99+' : unread}
            <span class="quiet"> unread</span>
          </span>
        )}
      </button>
    </li>
  );
}

export function OtherRooms({space, onChosen}: ListProps): JSX.Element | null {
  const rooms = space.otherRooms.value;
  if (rooms.length === 0) return null;
  return (
    <>
      <h2 class="side__title side__title--other">Other rooms</h2>
      <ul data-testid="other-rooms-list">
        {rooms.map(({room, title, members}) => (
          <li key={room}>
            <button
              type="button"
              class="room-item"
              data-testid={`other-${room}`}
              onClick={() => {
                space.toasts.whenFails(`Joining ${title} failed.`, space.join(room));
                onChosen();
              }}
            >
              <Icon name="plus" />
              <span class="room-item__title">
                <span class="quiet">Join </span>
                {title}
              </span>
              <span class="room-item__count" title={membersText(members)}>
                <span aria-hidden="true">{members}</span>
                <span class="quiet">{membersText(members)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
