import type {Position, RoomId} from '@parley/protocol';
import type {FeedEntry, FeedEvent, FeedListener, OpenFeed, Store} from '../../ports.js';

/** An open feed that writes down what its listener is told. */
export class RecordingFeed implements FeedListener {
  readonly entries: FeedEntry[] = [];
  readonly ephemeral: FeedEvent[] = [];
  readonly resets: Position[] = [];
  #feed: OpenFeed | undefined;

  static async open(store: Store, room: RoomId): Promise<RecordingFeed> {
    const recording = new RecordingFeed();
    recording.#feed = await store.feeds.open(room, recording);
    return recording;
  }

  get feed(): OpenFeed {
    if (this.#feed === undefined) throw new Error('The feed is not open yet.');
    return this.#feed;
  }

  get offsets(): number[] {
    return this.entries.map(({offset}) => offset);
  }

  onEntry(entry: FeedEntry): void {
    this.entries.push(entry);
  }

  onEphemeral(event: FeedEvent): void {
    this.ephemeral.push(event);
  }

  onReset(position: Position): void {
    this.resets.push(position);
  }
}

/** A stored event with a number to recognise it by. */
export const numbered = (n: number): FeedEvent => ({name: 'chat.message', data: {n}});
