import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import {CallElsewhere} from '../call/call-slot.js';
import {RoomView} from '../room/room-view.js';
import type {App} from '../store/app.js';
import type {Space} from '../store/space.js';
import {Announcer} from '../ui/announcer.js';
import {IconButton} from '../ui/icon.js';
import {ConnectionBanner} from './connection-banner.js';
import {Sidebar} from './sidebar.js';

/** Behind the door: rooms at the side, the chosen one in the middle. On a narrow screen the side slides over it. */
export function Shell({app, space}: {app: App; space: Space}): JSX.Element {
  const sideOpen = useSignal(false);
  const close = (): void => {
    sideOpen.value = false;
  };

  const room = space.selected.value;
  const menu = (
    <IconButton
      icon="menu"
      label="Rooms"
      class="icon-button shell__menu"
      expanded={sideOpen.value}
      testId="open-rooms"
      onClick={() => {
        sideOpen.value = true;
      }}
    />
  );
  return (
    <div
      class={sideOpen.value ? 'shell shell--side-open' : 'shell'}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <Sidebar app={app} space={space} onChosen={close} />
      <div class="shell__veil" onClick={close} hidden={!sideOpen.value} />
      <main class="shell__main" inert={sideOpen.value}>
        <ConnectionBanner space={space} onLeave={() => void app.leave()} />
        <CallElsewhere space={space} />
        {room === undefined ? (
          <NoRoom menu={menu} connecting={space.connection.value.status === 'connecting'} />
        ) : (
          <RoomView key={room.id} space={space} room={room} menu={menu} />
        )}
      </main>
      <Announcer text={space.announcement} />
    </div>
  );
}

function NoRoom({menu, connecting}: {menu: JSX.Element; connecting: boolean}): JSX.Element {
  return (
    <>
      <header class="room-head">{menu}</header>
      <div class="empty" data-testid="no-room">
        <h1 class="empty__title">{connecting ? 'One moment …' : 'No room is open'}</h1>
        <p>{connecting ? 'Connecting to the server.' : 'Choose a room at the side, or create one.'}</p>
      </div>
    </>
  );
}
