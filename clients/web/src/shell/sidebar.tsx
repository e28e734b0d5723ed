import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import type {App} from '../store/app.js';
import type {Space} from '../store/space.js';
import {Avatar} from '../ui/avatar.js';
import {BrandMark} from '../ui/brand-mark.js';
import {IconButton} from '../ui/icon.js';
import {CreateRoom} from './create-room.js';
import {NoticeList} from './notice-list.js';
import {OpenRooms, OtherRooms} from './room-lists.js';
import {NotificationSettings} from './notification-settings.js';
import {YourDevices} from './your-devices.js';

interface SidebarProps {
  readonly app: App;
  readonly space: Space;
  /** It lies over the room, on a narrow screen. */
  readonly over: boolean;
  /** A room was chosen: on a narrow screen the side gives way to it. */
  readonly onChosen: () => void;
}

export function Sidebar({app, space, over, onChosen}: SidebarProps): JSX.Element {
  const side = useRef<HTMLElement>(null);
  useEffect(() => {
    if (over) side.current?.querySelector('button')?.focus();
  }, [over]);
  const creating = useSignal(false);
  const lookingAtDevices = useSignal(false);
  const settingNotifications = useSignal(false);
  return (
    <nav ref={side} class="side" aria-label="Rooms" data-testid="side">
      <header class="side__head">
        <BrandMark small />
        <span class="side__brand">Parley</span>
        <IconButton icon="close" label="Close rooms" class="icon-button side__close" onClick={onChosen} />
      </header>
      <div class="side__rooms">
        <div class="side__section">
          <h2 class="side__title">Your rooms</h2>
          <IconButton
            icon="plus"
            label="New room"
            class="icon-button side__add"
            testId="new-room"
            onClick={() => {
              creating.value = true;
            }}
          />
        </div>
        <OpenRooms space={space} onChosen={onChosen} />
        <OtherRooms space={space} onChosen={onChosen} />
      </div>
      <NoticeList notices={space.notices} />
      <Me
        space={space}
        onDevices={() => {
          lookingAtDevices.value = true;
        }}
        onNotifications={() => {
          settingNotifications.value = true;
        }}
        onLeave={() => void app.leave()}
      />
      {lookingAtDevices.value && (
        <YourDevices
          devices={space.devices}
          onClose={() => {
            lookingAtDevices.value = false;
          }}
        />
      )}
      {settingNotifications.value && (
        <NotificationSettings
          notifications={space.notifications}
          onClose={() => {
            settingNotifications.value = false;
          }}
        />
      )}
      {creating.value && (
        <CreateRoom
          space={space}
          onClose={() => {
            creating.value = false;
          }}
          onCreated={() => {
            creating.value = false;
            onChosen();
          }}
        />
      )}
    </nav>
  );
}

const statusText = {
  connecting: 'Connecting …',
  connected: 'Connected',
  resuming: 'Reconnecting …',
  offline: 'Offline',
  closed: 'Disconnected',
} as const;

interface MeProps {
  readonly space: Space;
  readonly onDevices: () => void;
  readonly onNotifications: () => void;
  readonly onLeave: () => void;
}

function Me({space, onDevices, onNotifications, onLeave}: MeProps): JSX.Element {
  const me = space.me.value;
  const {status} = space.connection.value;
  const presence = status === 'connected' ? 'online' : status === 'closed' ? 'offline' : 'away';
  return (
    <footer class="me">
      {me !== undefined && <Avatar user={me.user} name={me.name} presence={presence} />}
      <div class="me__body">
        <p class="me__name" data-testid="me">
          {me?.name ?? '…'}
        </p>
        <p class="me__status" data-testid="status">
          {statusText[status]}
        </p>
      </div>
      <IconButton
        icon="bell"
        label="Notifications"
        class="icon-button me__button"
        testId="open-notifications"
        onClick={onNotifications}
      />
      <IconButton
        icon="devices"
        label="Your devices"
        class="icon-button me__button"
        testId="open-devices"
        onClick={onDevices}
      />
      <IconButton icon="leave" label="Sign out" class="icon-button me__button" testId="sign-out" onClick={onLeave} />
      {status === 'connected' && me !== undefined && (
        <p class="me__node" title={`Connected to ${me.node}`} data-testid="node">
          {me.node}
        </p>
      )}
    </footer>
  );
}
