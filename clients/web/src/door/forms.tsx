import {useSignal} from '@preact/signals';
import type {JSX, RefObject} from 'preact';
import {useEffect, useId, useRef} from 'preact/hooks';
import type {App} from '../store/app.js';

export function NameForm({app, busy}: {app: App; busy: boolean}): JSX.Element {
  const name = useSignal(app.suggestedName);
  const input = useFocus<HTMLInputElement>();
  const id = useId();
  return (
    <form
      class="door__form"
      onSubmit={(event) => {
        event.preventDefault();
        void app.enter({by: 'name', name: name.value.trim()});
      }}
    >
      <div class="field">
        <label class="field__label" for={id}>
          Your name
        </label>
        <input
          ref={input}
          id={id}
          class="input"
          data-testid="name"
          autocomplete="nickname"
          maxLength={64}
          required
          value={name.value}
          onInput={(event) => {
            name.value = event.currentTarget.value;
          }}
        />
      </div>
      <button class="button button--primary button--wide" type="submit" disabled={busy || name.value.trim() === ''}>
        {busy ? 'Joining …' : 'Join'}
      </button>
      <button
        type="button"
        class="link-button door__other"
        onClick={() => {
          app.enterBy('token');
        }}
      >
        I have a token
      </button>
    </form>
  );
}

/** For whoever has a token of the application's backend; `noOther`: because this server gives none. */
export function TokenForm({app, busy, noOther}: {app: App; busy: boolean; noOther: boolean}): JSX.Element {
  const token = useSignal('');
  const input = useFocus<HTMLTextAreaElement>();
  const id = useId();
  return (
    <form
      class="door__form"
      onSubmit={(event) => {
        event.preventDefault();
        void app.enter({by: 'token', token: token.value.trim()});
      }}
    >
      {noOther && (
        <div class="notice" data-testid="no-dev-tokens">
          <p>
            This server gives no tokens to visitors: they come from the application’s backend. Paste one below. To try
            this page without a backend, start the node with <code>PARLEY_DEV_TOKENS=1</code>.
          </p>
        </div>
      )}
      <div class="field">
        <label class="field__label" for={id}>
          Token
        </label>
        <textarea
          ref={input}
          id={id}
          class="input input--code"
          data-testid="token"
          rows={4}
          required
          spellcheck={false}
          autocomplete="off"
          value={token.value}
          aria-describedby={`${id}-hint`}
          onInput={(event) => {
            token.value = event.currentTarget.value;
          }}
        />
        <p class="field__hint" id={`${id}-hint`}>
          A signed JWT: its <code>sub</code> is your user id, its <code>name</code> is what others see.
        </p>
      </div>
      <button class="button button--primary button--wide" type="submit" disabled={busy || token.value.trim() === ''}>
        {busy ? 'Joining …' : 'Join with this token'}
      </button>
      {!noOther && (
        <button
          type="button"
          class="link-button door__other"
          onClick={() => {
            app.enterBy('name');
          }}
        >
          Join by name instead
        </button>
      )}
    </form>
  );
}

function useFocus<E extends HTMLElement>(): RefObject<E | null> {
  const element = useRef<E>(null);
  useEffect(() => {
    element.current?.focus();
  }, []);
  return element;
}
