import type {UserSession} from '@parley/client';
import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import {agoText, dayText, exactText, timeText} from '../room/times.js';
import type {Devices} from '../store/devices.js';
import {IconButton} from '../ui/icon.js';

/** What a person began, told where they look if it fails: notes at the page's edge are behind the dialog. */
export type Attempt = (what: string, promise: Promise<unknown>) => void;

interface DeviceRowProps {
  readonly device: UserSession;
  readonly devices: Devices;
  readonly attempt: Attempt;
}

const nameOf = ({device}: UserSession): string => device ?? 'Unnamed device';

export function DeviceRow({device, devices, attempt}: DeviceRowProps): JSX.Element {
  const naming = useSignal(false);
  const row = useRef<HTMLLIElement>(null);
  const wasNaming = useRef(false);
  const name = nameOf(device);

  // The field that had the focus is gone.
  useEffect(() => {
    if (wasNaming.current && !naming.value) row.current?.querySelector('button')?.focus();
    wasNaming.current = naming.value;
  }, [naming.value]);

  const rename = (to: string): void => {
    naming.value = false;
    if (to !== '' && to !== name) attempt(`${name} was not renamed.`, devices.rename(device, to));
  };
  return (
    <li ref={row} class="device" data-testid={`device-${device.session}`} data-state={device.state}>
      <span
        class={`presence-dot presence-dot--${device.state === 'connected' ? 'online' : 'away'}`}
        aria-hidden="true"
      />
      {naming.value ? (
        <NameForm
          name={device.device ?? ''}
          onNamed={rename}
          onCancel={() => {
            naming.value = false;
          }}
        />
      ) : (
        <>
          <div class="device__body">
            <p class="device__name">
              {name}
              {device.current && <span class="device__own">This device</span>}
            </p>
            <p class="device__about">
              <StateText device={device} />
            </p>
            <p class="device__about" title={exactText(device.createdAt)}>
              Signed in {dayText(device.createdAt).toLowerCase()}, {timeText(device.createdAt)}
            </p>
          </div>
          <IconButton
            icon="pencil"
            label={`Rename ${name}`}
            onClick={() => {
              naming.value = true;
            }}
          />
          {!device.current && (
            <IconButton
              icon="leave"
              label={`Sign out ${name}`}
              onClick={() => {
                attempt(`${name} was not signed out.`, devices.signOut(device));
              }}
            />
          )}
        </>
      )}
    </li>
  );
}

function StateText({device: {state, seenAt}}: {device: UserSession}): JSX.Element {
  return state === 'connected' ? (
    <span>Connected</span>
  ) : (
    <span title={exactText(seenAt)}>Away, last seen {agoText(seenAt)}</span>
  );
}

interface NameFormProps {
  readonly name: string;
  readonly onNamed: (name: string) => void;
  readonly onCancel: () => void;
}

function NameForm({name, onNamed, onCancel}: NameFormProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.select();
  }, []);
  return (
    <form
      class="device__form"
      onSubmit={(event) => {
        event.preventDefault();
        onNamed(input.current?.value.trim() ?? '');
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        // Of the two that Escape could close, the inner one.
        event.preventDefault();
        event.stopPropagation();
        onCancel();
      }}
    >
      <input
        ref={input}
        class="input"
        aria-label="Name of the device"
        maxLength={64}
        required
        autocomplete="off"
        defaultValue={name}
      />
      <button type="submit" class="button button--small">
        Save
      </button>
    </form>
  );
}
