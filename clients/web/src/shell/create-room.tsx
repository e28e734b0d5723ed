import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import {useId} from 'preact/hooks';
import type {Space} from '../store/space.js';
import {textOf} from '../store/toasts.js';
import {Dialog} from '../ui/dialog.js';

interface CreateRoomProps {
  readonly space: Space;
  readonly onClose: () => void;
  readonly onCreated: () => void;
}

export function CreateRoom({space, onClose, onCreated}: CreateRoomProps): JSX.Element {
  const title = useSignal('');
  const problem = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const id = useId();

  const create = async (): Promise<void> => {
    busy.value = true;
    problem.value = undefined;
    try {
      await space.create(title.value.trim());
      onCreated();
    } catch (error) {
      problem.value = textOf(error);
      busy.value = false;
    }
  };

  return (
    <Dialog title="New room" onClose={onClose} testId="create-room">
      <form
        class="door__form"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <div class="field">
          <label class="field__label" for={id}>
            Name
          </label>
          <input
            id={id}
            class="input"
            data-testid="room-title"
            maxLength={60}
            required
            autofocus
            autocomplete="off"
            aria-describedby={`${id}-problem`}
            aria-invalid={problem.value !== undefined}
            value={title.value}
            onInput={(event) => {
              title.value = event.currentTarget.value;
            }}
          />
          <p class="field__error" id={`${id}-problem`} role="alert">
            {problem.value}
          </p>
        </div>
        <div class="dialog__actions">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button button--primary" disabled={busy.value || title.value.trim() === ''}>
            Create
          </button>
        </div>
      </form>
    </Dialog>
  );
}
