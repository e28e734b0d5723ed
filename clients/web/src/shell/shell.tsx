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
  const open = (): void => {
    sideOpen.value = true;
  };
  const close = (): void => {
    sideOpen.value = false;
  };

  // What is covered is inert, and must not keep the focus; it gets it back. Until the side has the focus nobody has it:
  // Escape is listened for on the document, from the moment at which the rest is inert.
  useLayoutEffect(() => {
    if (!sideOpen.value) return;
    const onKey = (event: KeyboardEvent): void => {
      // A dialog of the side closes by itself, and the side stays.
      const isDialog = event.target instanceof Element && event.target.closest('dialog') !== null;
      if (event.key === 'Escape' && !isDialog) close();
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
      <IconButton icon="menu" label="Rooms" expanded={sideOpen.value} testId="open-rooms" onClick={open} />
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
          <NoRoom menu={menu} {...emptyText(space)} onRooms={open} />
        ) : (
          <RoomView key={room.id} space={space} room={room} menu={menu} />
        )}
      </main>
      <Announcer text={space.announcement} />
    </div>
  );
}

interface EmptyText {
  readonly title: string;
  readonly text: string;
}

function emptyText({connection, deleted}: Space): EmptyText {
  if (deleted.value !== undefined) {
    return {
      title: `${deleted.value} was deleted`,
      text: 'The room is gone, with all that was in it. Choose another of your rooms, or create a new one.',
    };
  }
  return connection.value.status === 'connecting'
    ? {title: 'One moment …', text: 'Connecting to the server.'}
    : {title: 'No room is open', text: 'Choose one of your rooms, or create one.'};
}

interface NoRoomProps extends EmptyText {
  readonly menu: JSX.Element;
  readonly onRooms: () => void;
}

function NoRoom({menu, title, text, onRooms}: NoRoomProps): JSX.Element {
  return (
    <>
      <header class="room-head">{menu}</header>
      <div class="empty" data-testid="no-room">
        <div class="empty__text" role="status">
          <h1 class="empty__title">{title}</h1>
          <p>{text}</p>
        </div>
        <button type="button" class="button empty__rooms" onClick={onRooms}>
          Rooms
        </button>
      </div>
    </>
  );
}
