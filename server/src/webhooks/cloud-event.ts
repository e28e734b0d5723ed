import type {webhook} from '@parley/protocol';

/** What is posted: CloudEvents 1.0 in structured JSON (https://github.com/cloudevents/spec, JSON event format). */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** The same each time that it is sent: to know a repetition by. */
  readonly id: string;
  readonly source: typeof source;
  /** `parley.` and the event's name. */
  readonly type: string;
  /** The room, or else the user, whose events are told in order. */
  readonly subject: string;
  /** RFC 3339, by the server's clock. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: unknown;
}

export const mediaType = 'application/cloudevents+json; charset=utf-8';
const source = '/parley';

interface Happening {
  readonly id: string;
  readonly name: string;
  readonly subject: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly data: unknown;
}

export const cloudEvent = ({id, name, subject, at, data}: Happening): CloudEvent => ({
  specversion: '1.0',
  id,
  source,
  type: `parley.${name}`,
  subject,
  time: new Date(at).toISOString(),
  datacontenttype: 'application/json',
  data,
});

/** Whose order the news has a place in: the room's, the user's, or that of a push. */
export function subjectOf({data}: webhook.HubNews): string {
  if ('room' in data) return `room/${data.room}`;
  if ('user' in data) return `user/${data.user}`;
  return 'push' in data ? `push/${data.push}` : 'webhook';
}
