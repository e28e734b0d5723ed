import type {Json} from '@parley/protocol';
import type {JSX} from 'preact';
import {pushFields} from '../store/push-fields.js';
import {Icon} from '../ui/icon.js';
import {exactText, timeText} from './times.js';

/** What a backend pushed into the room: its fields one by one if it is a small object, its JSON otherwise. */
export function PushCard({topic, data, at}: {topic: string; data: Json; at: number}): JSX.Element {
  return (
    <article class="push" data-testid="push-card">
      <header class="push__head">
        <Icon name="signal" />
        <h3 class="push__topic">{topic}</h3>
        <time class="push__time" dateTime={new Date(at).toISOString()} title={exactText(at)}>
          {timeText(at)}
        </time>
      </header>
      <Fields data={data} />
    </article>
  );
}

function Fields({data}: {data: Json}): JSX.Element | null {
  if (data === null) return null;
  if (typeof data !== 'object') return <p>{String(data)}</p>;
  const fields = pushFields(data);
  if (fields === undefined) return <pre class="push__json">{JSON.stringify(data, undefined, 2)}</pre>;
  return (
    <dl class="push__fields">
      {fields.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
