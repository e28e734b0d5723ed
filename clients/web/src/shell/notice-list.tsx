import type {JSX} from 'preact';
import {exactText, timeText} from '../room/times.js';
import type {Notices} from '../store/notices.js';
import {pushLine} from '../store/push-fields.js';
import {IconButton} from '../ui/icon.js';

/** What came for the person, also while they were away, until they put it away. */
export function NoticeList({notices}: {notices: Notices}): JSX.Element | null {
  const list = notices.list.value;
  if (list.length === 0) return null;
  return (
    <section class="notices" aria-label="Notices" data-testid="notices">
      <div class="side__section">
        <h2 class="side__title">Notices ({list.length})</h2>
        <button
          type="button"
          class="link-button"
          onClick={() => {
            notices.clear();
          }}
        >
          Clear
        </button>
      </div>
      <ul class="notices__list">
        {list.map(({id, topic, data, at}) => (
          <li key={id} class="notices__item" data-testid="notice">
            <div class="notices__text">
              <strong>{topic}</strong>{' '}
              <time dateTime={new Date(at).toISOString()} title={exactText(at)}>
                {timeText(at)}
              </time>
              <p>{pushLine(data)}</p>
            </div>
            <IconButton
              icon="close"
              label={`Put away ${topic}`}
              class="icon-button"
              onClick={() => {
                notices.dismiss(id);
              }}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
