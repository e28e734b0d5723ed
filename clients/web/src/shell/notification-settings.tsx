import type {WebPushPolicy} from '@parley/client';
import type {JSX} from 'preact';
import {useEffect, useId} from 'preact/hooks';
import type {Notifications, NotificationState} from '../store/notifications.js';
import {Dialog} from '../ui/dialog.js';

interface NotificationSettingsProps {
  readonly notifications: Notifications;
  readonly onClose: () => void;
}

/** Whether this browser shows notifications while the page is closed, and when. */
export function NotificationSettings({notifications, onClose}: NotificationSettingsProps): JSX.Element {
  useEffect(() => {
    void notifications.load();
  }, [notifications]);
  const state = notifications.state.value;
  const isOn = state.at === 'on';
  return (
    <Dialog title="Notifications" onClose={onClose} testId="notifications">
      {(isOn || state.at === 'off') && (
        <label class="check">
          <input
            type="checkbox"
            data-testid="notify-here"
            checked={isOn}
            onChange={({currentTarget}) => void notifications.turn(currentTarget.checked)}
          />
          <span>Show them in this browser while I am away</span>
        </label>
      )}
      <p class="devices__note" role="status" data-testid="notification-state" data-state={state.at}>
        {textFor(state)}
      </p>
      {isOn && <QuietHours policy={state.policy} onChange={(policy) => void notifications.setPolicy(policy)} />}
    </Dialog>
  );
}

function textFor(state: NotificationState): string {
  switch (state.at) {
    case 'loading':
      return 'Loading …';
    case 'failed':
      return `This did not work. ${state.why}`;
    case 'unsupported':
      return 'This browser shows no notifications for this page: it takes https, and on an iPhone the page on the home screen.';
    case 'unavailable':
      return 'This server sends no notifications.';
    case 'denied':
      return 'This browser does not let the page show notifications. Its settings for this page can change that.';
    case 'off':
      return 'When nobody is here, what is pushed to you waits until you come back.';
    case 'on':
      return state.policy.when === 'never'
        ? 'They are off for all your devices.'
        : 'You are told while you are nowhere connected.';
  }
}

interface QuietHoursProps {
  readonly policy: WebPushPolicy;
  readonly onChange: (policy: WebPushPolicy) => void;
}

/** For all devices of the user. */
function QuietHours({policy, onChange}: QuietHoursProps): JSX.Element {
  const [from, until] = [useId(), useId()];
  const {quietHours, when} = policy;
  const {timeZone} = new Intl.DateTimeFormat().resolvedOptions();
  const change = (part: {from?: string; until?: string}): void => {
    const hours = {from: '22:00', until: '07:00', ...quietHours, ...part, timeZone};
    if (hours.from !== hours.until && hours.from !== '' && hours.until !== '') onChange({when, quietHours: hours});
  };
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          data-testid="quiet-hours"
          checked={quietHours !== undefined}
          onChange={({currentTarget}) => {
            if (currentTarget.checked) change({});
            else onChange({when});
          }}
        />
        <span>Quiet hours on all my devices</span>
      </label>
      {quietHours && (
        <div class="quiet-hours">
          <label for={from}>From</label>
          <input
            id={from}
            class="input"
            type="time"
            value={quietHours.from}
            onChange={({currentTarget}) => {
              change({from: currentTarget.value});
            }}
          />
          <label for={until}>until</label>
          <input
            id={until}
            class="input"
            type="time"
            value={quietHours.until}
            onChange={({currentTarget}) => {
              change({until: currentTarget.value});
            }}
          />
          <span class="devices__note">{quietHours.timeZone}</span>
        </div>
      )}
    </>
  );
}
