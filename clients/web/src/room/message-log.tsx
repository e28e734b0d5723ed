import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import {useLayoutEffect, useRef} from 'preact/hooks';
import type {Conversation} from '../store/conversation.js';
import type {Space} from '../store/space.js';
import {Icon} from '../ui/icon.js';
import {LogRow} from './log-row.js';

/** Closer to the end than this counts as reading the newest, in CSS pixels. */
const nearPx = 60;
/** Earlier messages are fetched this long before the top is reached. */
const aheadPx = 240;

/** The room's messages. Keeps to the end while the newest are read, and keeps its place while earlier ones arrive above. */
export function MessageLog({space, room}: {space: Space; room: Conversation}): JSX.Element {
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useSignal(true);
  /** Distance from the end of the content, which what is added above leaves as it is. */
  const fromEnd = useRef(0);
  const rows = room.rows.value;
  const firstKey = useRef<string | undefined>(undefined);

  useLayoutEffect(() => {
    const element = log.current;
    if (element === null) return;
    // The line with the day stays first whatever is added below it.
    const first = rows.find(({kind}) => kind !== 'day')?.key;
    const grewAbove = firstKey.current !== undefined && firstKey.current !== first;
    firstKey.current = first;
    if (atEnd.peek()) element.scrollTop = element.scrollHeight;
    else if (grewAbove) element.scrollTop = element.scrollHeight - fromEnd.current;
    remember(element);
  }, [rows]);

  useLayoutEffect(() => {
    const element = log.current;
    if (element === null) return;
    // The call above, the keyboard of a phone and long drafts change the height.
    const observer = new ResizeObserver(() => {
      if (atEnd.peek()) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [atEnd]);

  const remember = (element: HTMLElement): void => {
    fromEnd.current = element.scrollHeight - element.scrollTop;
    atEnd.value = fromEnd.current - element.clientHeight < nearPx;
    room.setReading(atEnd.value);
  };

  return (
    <div class="log">
      <div
        ref={log}
        class="log__scroll"
        data-testid="log"
        tabIndex={0}
        aria-label={`Messages in ${room.title}`}
        role="group"
        onScroll={(event) => {
          remember(event.currentTarget);
          if (event.currentTarget.scrollTop < aheadPx) room.log.loadEarlier();
        }}
      >
        <Beginning room={room} />
        <ol class="log__rows">
          {rows.map((row) => (
            <LogRow key={row.key} row={row} room={room} me={space.me.value?.user} />
          ))}
        </ol>
      </div>
      {!atEnd.value && (
        <button
          type="button"
          class="log__to-end"
          aria-label="To the newest messages"
          title="To the newest messages"
          data-testid="to-end"
          onClick={() => {
            log.current?.scrollTo({top: log.current.scrollHeight});
          }}
        >
          <Icon name="arrowDown" />
          {room.unread.value > 0 && <span class="badge">{room.unread.value}</span>}
        </button>
      )}
    </div>
  );
}

function Beginning({room}: {room: Conversation}): JSX.Element {
  const history = room.log.history.value;
  switch (history.state) {
    case 'loading':
      return (
        <p class="log__beginning" role="status">
          <span class="spinner" /> Loading earlier messages …
        </p>
      );
    case 'failed':
      return (
        <p class="log__beginning" role="alert">
          Earlier messages could not be loaded. {history.reason}{' '}
          <button
            type="button"
            class="link-button"
            onClick={() => {
              room.log.loadEarlier();
            }}
          >
            Try again
          </button>
        </p>
      );
    case 'more':
      return (
        <p class="log__beginning">
          <button
            type="button"
            class="link-button"
            data-testid="load-earlier"
            onClick={() => {
              room.log.loadEarlier();
            }}
          >
            Load earlier messages
          </button>
        </p>
      );
    case 'gone':
      return <p class="log__beginning">The server does not have what was said before.</p>;
    case 'complete':
      return (
        <div class="log__welcome" data-testid="beginning">
          <h2>{room.title}</h2>
          <p>This is the beginning. Say hello, or copy the room’s link for somebody else.</p>
        </div>
      );
  }
}
