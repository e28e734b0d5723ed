import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import {useEffect, useId, useLayoutEffect, useRef} from 'preact/hooks';
import {chat} from '@parley/protocol';
import type {Conversation} from '../store/conversation.js';
import {Icon} from '../ui/icon.js';
import {SlowModeLine} from './slow-mode-line.js';
import {useSecondsUntil} from '../ui/use-seconds-until.js';

/** With fewer characters left than this they are shown. */
const warnWithin = 200;

export function Composer({room}: {room: Conversation}): JSX.Element {
  const text = useSignal(room.draft);
  const input = useRef<HTMLTextAreaElement>(null);
  const leftId = useId();

  useEffect(() => {
    // On a phone focus would open the keyboard over the room that was just chosen.
    if (matchMedia('(pointer: fine)').matches) input.current?.focus();
    return () => {
      room.draft = text.peek();
      room.setTyping(false);
    };
  }, [room, text]);

  useLayoutEffect(() => {
    growWith(input.current);
  }, [text.value]);

  const left = chat.textLimit - text.value.trim().length;
  const isNearLimit = left < warnWithin;
  const {slowModeMs, nextAt} = room.pace.value;
  const waitSeconds = useSecondsUntil(nextAt);
  const sendable = text.value.trim() !== '' && left >= 0 && waitSeconds === 0;

  const send = (): void => {
    if (!sendable) return;
    if (room.send(text.value)) text.value = '';
    input.current?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <SlowModeLine slowModeMs={slowModeMs} waitSeconds={waitSeconds} />
      {isNearLimit && (
        <p class={left < 0 ? 'composer__left composer__left--over' : 'composer__left'} id={leftId} role="status">
          {lengthText(left)}
        </p>
      )}
      <div class="composer__box">
        <textarea
          ref={input}
          class="composer__input"
          data-testid="composer"
          aria-label={`Message to ${room.title}`}
          placeholder={`Message ${room.title}`}
          aria-describedby={isNearLimit ? leftId : undefined}
          aria-invalid={left < 0}
          rows={1}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            room.setTyping(text.value.trim() !== '');
          }}
          onKeyDown={(event) => {
            // While an input method composes, Enter chooses a candidate.
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <button class="composer__send" type="submit" aria-label="Send" title="Send" disabled={!sendable}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

const lengthText = (left: number): string =>
  left < 0
    ? `${(-left).toLocaleString()} too many: a message has at most ${chat.textLimit.toLocaleString()} characters.`
    : `${left} characters left`;

/** As high as its text, up to the limit of the style sheet. */
function growWith(input: HTMLTextAreaElement | null): void {
  if (input === null) return;
  input.style.height = 'auto';
  input.style.height = `${input.scrollHeight}px`;
}
