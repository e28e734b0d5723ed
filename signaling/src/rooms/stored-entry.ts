import type {Epoch, Offset} from '@parley/protocol';
import type {FeedEntry} from '../ports.js';

/** An entry as a log keeps it, for both twins: most are passed on as they are, so that its data is parsed only if somebody looks at it. */
export class StoredEntry implements FeedEntry {
  readonly name: string;
  readonly epoch: Epoch;
  readonly offset: Offset;
  readonly at: number;
  readonly json: string;

  /** Throws if the JSON is that of no object; whether it is JSON at all shows when it is parsed. */
  constructor(name: string, epoch: Epoch, offset: Offset, at: number, json: string) {
    if (!json.startsWith('{') || !json.endsWith('}')) throw new Error('An event’s data is no object.');
    this.name = name;
    this.epoch = epoch;
    this.offset = offset;
    this.at = at;
    this.json = json;
  }

  get data(): Readonly<Record<string, unknown>> {
    return parseData(this.json);
  }
}

/** An event's data of its JSON; throws if it is none. */
export function parseData(json: string): Readonly<Record<string, unknown>> {
  const data: unknown = JSON.parse(json);
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new Error('An event’s data is no object.');
  return {...data};
}
