import type {JSX} from 'preact';
import type {Conversation} from '../store/conversation.js';
import type {MessageRow} from '../store/rows.js';
import {Avatar} from '../ui/avatar.js';
import {Icon} from '../ui/icon.js';
import {exactText, timeText} from './times.js';

export function MessageRowView({row, room}: {row: MessageRow; room: Conversation}): JSX.Element {
  const classes = ['message', row.own && 'message--own', row.first && 'message--first', row.last && 'message--last'];
  return (
    <li class={classes.filter(Boolean).join(' ')} data-testid="message" data-delivery={row.delivery.kind}>
      {!row.own && row.last && <Avatar user={row.user} name={row.name} size="small" />}
      <div class="message__body">
        <p class={row.first ? 'message__head' : 'message__head quiet'}>
          <span class={row.own ? 'message__name quiet' : 'message__name'}>{row.own ? 'You' : row.name}</span>
          <time dateTime={new Date(row.at).toISOString()} title={exactText(row.at)}>
            {timeText(row.at)}
          </time>
        </p>
        <p class="message__text" dir="auto">
          {row.text}
        </p>
        <Delivery row={row} room={room} />
      </div>
    </li>
  );
}

function Delivery({row, room}: {row: MessageRow; room: Conversation}): JSX.Element | null {
  const {delivery} = row;
  switch (delivery.kind) {
    case 'sent':
      return row.own && row.last ? (
        <span class="message__delivery" title="Sent">
          <Icon name="check" />
          <span class="quiet">Sent</span>
        </span>
      ) : null;
    case 'pending':
      return (
        <span class="message__delivery" title="Sending">
          <Icon name="clock" />
          <span class="quiet">Sending</span>
        </span>
      );
    case 'failed':
      return (
        <p class="message__failed" role="alert">
          <Icon name="warning" />
          <span>Not sent. {delivery.reason}</span>
          <button
            type="button"
            class="link-button"
            data-testid="retry"
            onClick={() => {
              room.retry(row.key);
            }}
          >
            Try again
          </button>
          <button
            type="button"
            class="link-button"
            onClick={() => {
              room.discard(row.key);
            }}
          >
            Discard
          </button>
        </p>
      );
  }
}
