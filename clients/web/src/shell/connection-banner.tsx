import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import {useEffect} from 'preact/hooks';
import type {Space} from '../store/space.js';
import {Icon} from '../ui/icon.js';
import {adviceFor} from './advice.js';

/** Shown while anything but connected, with the reason and what happens next. */
export function ConnectionBanner({space, onLeave}: {space: Space; onLeave: () => void}): JSX.Element {
  return (
    <div role="status" aria-live="polite" data-testid="connection" data-status={space.connection.value.status}>
      <Banner space={space} onLeave={onLeave} />
    </div>
  );
}

function Banner({space, onLeave}: {space: Space; onLeave: () => void}): JSX.Element | null {
  const state = space.connection.value;
  switch (state.status) {
    case 'connected':
      return null;
    case 'connecting':
      return (
        <div class="banner">
          <span class="spinner" />
          <p>Connecting …</p>
        </div>
      );
    case 'resuming':
      return (
        <div class="banner banner--warn">
          <span class="spinner" />
          <p>Reconnecting … What you write is sent as soon as the connection is back.</p>
        </div>
      );
    case 'offline':
      return (
        <div class="banner banner--warn">
          <Icon name="warning" />
          <p>
            You are offline. {state.reason === 'network' ? networkText() : sentence(state.message)}{' '}
            <Countdown until={state.retryAt} />
          </p>
        </div>
      );
    case 'closed':
      return (
        <div class="banner banner--bad">
          <Icon name="warning" />
          <p>
            Disconnected. {sentence(state.message)} {adviceFor(state.reason)}
          </p>
          <button type="button" class="button button--small" onClick={onLeave}>
            Join again
          </button>
        </div>
      );
  }
}

/** Not read aloud: a region that changes every second would never be silent. */
function Countdown({until}: {until: number}): JSX.Element {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 250);
    return () => {
      clearInterval(timer);
    };
  }, [now, until]);
  const seconds = Math.max(1, Math.ceil((until - now.value) / 1_000));
  return <span aria-hidden="true">{until <= now.value ? 'Trying …' : `Next try in ${seconds} s.`}</span>;
}

/** What the transport says of it is for developers. */
const networkText = (): string => (navigator.onLine ? 'The server cannot be reached.' : 'This device has no network.');

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);
