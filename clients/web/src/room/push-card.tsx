import type {Json} from '@parley/protocol';
import type {JSX} from 'preact';
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

const mostFields = 8;

function Fields({data}: {data: Json}): JSX.Element | null {
  if (data === null) return null;
  if (typeof data !== 'object') return <p>{String(data)}</p>;
  const fields = Array.isArray(data) ? undefined : flat(data);
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

/** Names and texts of an object's fields; undefined if they are too many, or any of them is more than a plain value. */
function flat(data: Record<string, Json>): readonly [string, string][] | undefined {
  const fields = Object.entries(data);
  if (fields.length > mostFields) return undefined;
  const texts: [string, string][] = [];
  for (const [name, value] of fields) {
    if (value !== null && typeof value === 'object') return undefined;
    texts.push([name, String(value)]);
  }
  return texts;
}
