import type {JSX} from 'preact';
import {useId} from 'preact/hooks';
import type {Conversation} from '../store/conversation.js';
import type {Space} from '../store/space.js';
import {gapText} from './times.js';

const choicesMs = [0, 5_000, 10_000, 30_000, 60_000, 300_000, 3_600_000];

/** Sets how long members wait between two messages. */
export function SlowModeSetting({space, room}: {space: Space; room: Conversation}): JSX.Element {
  const id = useId();
  const {slowModeMs} = room.pace.value;
  // What another client chose may be none of ours.
  const choices = [...new Set([...choicesMs, slowModeMs])].sort((a, b) => a - b);
  return (
    <p class="members__setting">
      <label for={id}>Slow mode</label>
      <select
        id={id}
        class="input"
        data-testid="slow-mode-setting"
        value={slowModeMs}
        onChange={(event) => {
          const chosen = Number(event.currentTarget.value);
          space.toasts.whenFails('Slow mode was not changed.', room.room.update({slowModeMs: chosen}));
        }}
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice === 0 ? 'Off' : gapText(choice)}
          </option>
        ))}
      </select>
    </p>
  );
}
