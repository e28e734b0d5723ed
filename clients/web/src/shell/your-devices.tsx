import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import type {Devices} from '../store/devices.js';
import {textOf} from '../store/toasts.js';
import {Dialog} from '../ui/dialog.js';
import {DeviceRow, type Attempt} from './device-row.js';

interface YourDevicesProps {
  readonly devices: Devices;
  readonly onClose: () => void;
}

/** Where the person is signed in, and how to change that. */
export function YourDevices({devices, onClose}: YourDevicesProps): JSX.Element {
  const problem = useSignal<string | undefined>(undefined);
  useEffect(() => {
    devices.show();
    return () => {
      devices.hide();
    };
  }, [devices]);
  const attempt: Attempt = (what, promise) => {
    problem.value = undefined;
    promise.catch((error: unknown) => {
      problem.value = `${what} ${textOf(error)}`;
    });
  };
  return (
    <Dialog title="Your devices" onClose={onClose} testId="devices">
      <p class="field__error" role="alert">
        {problem.value}
      </p>
      <Content devices={devices} attempt={attempt} />
    </Dialog>
  );
}

function Content({devices, attempt}: {devices: Devices; attempt: Attempt}): JSX.Element {
  const list = devices.list.value;
  switch (list.at) {
    case 'loading':
      return (
        <p class="devices__note" role="status">
          <span class="spinner" /> Loading …
        </p>
      );
    case 'failed':
      return (
        <p class="notice notice--bad" role="alert">
          Your devices could not be loaded. {list.why}
        </p>
      );
    case 'loaded': {
      const {own, others} = list;
      return (
        <>
          <ul class="devices">
            {[...(own ? [own] : []), ...others].map((device) => (
              <DeviceRow key={device.session} device={device} devices={devices} attempt={attempt} />
            ))}
          </ul>
          {others.length === 0 ? (
            <p class="devices__note" data-testid="no-other-devices">
              You are signed in nowhere else.
            </p>
          ) : (
            <SignOutOthers
              count={others.length}
              onConfirmed={() => {
                attempt('The other devices were not signed out.', devices.signOutOthers());
              }}
            />
          )}
        </>
      );
    }
  }
}

function SignOutOthers({count, onConfirmed}: {count: number; onConfirmed: () => void}): JSX.Element {
  const asking = useSignal(false);
  const cancel = useRef<HTMLButtonElement>(null);
  const ask = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);

  // The button that had the focus is gone: the one in its place gets it, and of the two the harmless one.
  useEffect(() => {
    if (asking.value) cancel.current?.focus();
    else if (wasAsking.current) ask.current?.focus();
    wasAsking.current = asking.value;
  }, [asking.value]);

  if (!asking.value) {
    return (
      <div class="dialog__actions">
        <button
          ref={ask}
          type="button"
          class="button"
          data-testid="sign-out-others"
          onClick={() => {
            asking.value = true;
          }}
        >
          Sign out all others
        </button>
      </div>
    );
  }
  return (
    <div class="notice notice--warn devices__confirm" role="group" aria-label="Confirm signing out">
      <p>{count === 1 ? 'Sign out the other device?' : `Sign out ${count} other devices?`} Only this one stays.</p>
      <div class="dialog__actions">
        <button
          ref={cancel}
          type="button"
          class="button button--small"
          onClick={() => {
            asking.value = false;
          }}
        >
          Cancel
        </button>
        <button
          type="button"
          class="button button--small button--danger"
          data-testid="confirm-sign-out-others"
          onClick={onConfirmed}
        >
          Sign out
        </button>
      </div>
    </div>
  );
}
