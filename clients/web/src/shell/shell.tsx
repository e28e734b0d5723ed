import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import {useLayoutEffect, useRef} from 'preact/hooks';
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
  const menuHolder = useRef<HTMLSpanElement>(null);
  const close = (): void => {
    sideOpen.value = false;
  };

  // What is covered is inert, and must not keep the focus; it gets it back. Until the side has the focus nobody has it:
  // Escape is listened for on the document, from the moment at which the rest is inert.
  useLayoutEffect(() => {
    if (!sideOpen.value) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') close();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
      menuHolder.current?.querySelector('button')?.focus();
    };
  }, [sideOpen.value]);

  const room = space.selected.value;
  const menu = (
    <span ref={menuHolder} class="shell__menu">
      <IconButton
        icon="menu"
        label="Rooms"
        expanded={sideOpen.value}
        testId="open-rooms"
        onClick={() => {
          sideOpen.value = true;
        }}
      />
    </span>
  );
  return (
    <div class={sideOpen.value ? 'shell shell--side-open' : 'shell'}>
      <Sidebar app={app} space={space} over={sideOpen.value} onChosen={close} />
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
