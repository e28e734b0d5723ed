import type {ReadonlySignal} from '@preact/signals';
import type {JSX} from 'preact';

/** Reads new messages aloud. The log itself stays silent: it would read every page of history that is loaded. */
export function Announcer({text}: {text: ReadonlySignal<string>}): JSX.Element {
  return (
    <div class="quiet" role="log" aria-live="polite" aria-atomic="true" data-testid="announcer">
      {text.value}
    </div>
  );
}
