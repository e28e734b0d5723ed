import type {JSX} from 'preact';
import type {Toasts} from '../store/toasts.js';
import {Icon, IconButton} from './icon.js';

/** The region exists from the start: screen readers announce what is added to a region that they know. */
export function ToastList({toasts}: {toasts: Toasts}): JSX.Element {
  return (
    <div class="toasts" role="status" aria-live="polite" aria-label="Notes" data-testid="toasts">
      {toasts.shown.value.map((toast) => (
        <div key={toast.id} class={`toast toast--${toast.tone}`} data-testid="toast">
          <Icon name={toast.tone === 'bad' ? 'warning' : 'signal'} />
          <div class="toast__body">
            <p class="toast__title">{toast.title}</p>
            {toast.text !== undefined && <p class="toast__text">{toast.text}</p>}
          </div>
          <IconButton
            icon="close"
            label="Dismiss"
            onClick={() => {
              toasts.dismiss(toast.id);
            }}
          />
        </div>
      ))}
    </div>
  );
}
