import {call as definitions, hasCode, ParleyError, type CallRight, type ResultOf} from '@parley/protocol';
import type {CallEvents, LocalTrack, MediaSource} from './call.js';
import type {CallPort} from './port.js';
import {Publication} from './publication.js';

type Emit = <Name extends 'published' | 'unpublished' | 'muted' | 'problem'>(
  name: Name,
  value: CallEvents[Name],
) => void;

/** Puts a publication on the wire. Undefined while the call is rebuilt: then `sendAll` follows. */
export type Send = ((publication: Publication) => Promise<void>) | undefined;

/** All that this client publishes in a call: at most one of each source. */
export class Publications {
  readonly #port: CallPort;
  readonly #emit: Emit;
  readonly #bySource = new Map<MediaSource, Publication>();

  constructor(port: CallPort, emit: Emit) {
    this.#port = port;
    this.#emit = emit;
  }

  get bySource(): ReadonlyMap<MediaSource, LocalTrack> {
    return this.#bySource;
  }

  async add(
    source: MediaSource,
    track: MediaStreamTrack,
    {paused = false, own = false}: {paused?: boolean; own?: boolean},
    send: () => Send,
  ): Promise<LocalTrack> {
    if (this.#bySource.has(source)) throw new ParleyError('conflict', {message: `The ${source} is published already.`});
    const publication = new Publication(this.#port, {
      source,
      track,
      paused,
      own,
      onEnded: () => {
        this.#bySource.delete(source);
        this.#emit('unpublished', publication);
      },
    });
    this.#bySource.set(source, publication);
    try {
      await send()?.(publication);
    } catch (error) {
      // If the call is being rebuilt now, that is why, and the publication is taken along.
      if (send()) {
        publication.end();
        throw error;
      }
    }
    this.#emit('published', publication);
    return publication;
  }

  /** Nobody is shown more of it than this spatial layer; -1: nobody is shown it at all. */
  watched(producer: string, spatial: number): void {
    for (const publication of this.#bySource.values()) publication.watched(producer, spatial);
  }

  /** Ends what may not be published any more; the server has closed it, or will. */
  limit(rights: readonly CallRight[]): void {
    for (const publication of [...this.#bySource.values()]) {
      const {source} = publication;
      if (rights.includes(definitions.rightToPublish[source])) continue;
      const error = new ParleyError('forbidden', {message: `The right to publish a ${source} was taken away.`});
      this.#emit('problem', {message: `The ${source} may not be published any more.`, error});
      // Whether it is closed at the server already, its answer would say; the end of the call closes it too.
      publication.stop().catch(() => undefined);
    }
  }

  /** The server has these paused: so they are. It is news if that is somebody else's doing. */
  muted(producers: readonly string[], news?: {readonly by: string | undefined}): void {
    const tracks = [...this.#bySource.values()].filter((publication) =>
      publication.muted(producers, news !== undefined),
    );
    if (tracks.length > 0 && news !== undefined) this.#emit('muted', {tracks, by: news.by});
  }

  /** After a resume: what the server has paused of it, and who is shown what. */
  sync({producers, watched}: Pick<ResultOf<typeof definitions.sync>, 'producers' | 'watched'>): void {
    this.muted(producers.filter(({paused}) => paused).map(({producer}) => producer));
    for (const {producer, spatial} of watched) this.watched(producer, spatial);
  }

  /** The transport is replaced: `sendAll` goes on by the next. Whether there is anything to send. */
  hold(): boolean {
    for (const publication of this.#bySource.values()) publication.hold();
    return this.#bySource.size > 0;
  }

  /** The transports are gone. */
  idle(): void {
    for (const publication of this.#bySource.values()) publication.idle();
  }

  /** What cannot be sent again ends, unless the failure is outdated itself. */
  async sendAll(send: (publication: Publication) => Promise<void>, isCurrent: () => boolean): Promise<void> {
    const sent = [...this.#bySource.values()].map(async (publication) => {
      try {
        await send(publication).catch(async (error: unknown) => {
          if (!publication.letGo() || !isUnknown(error)) throw error;
          // It took too long to get here: the others have seen it end.
          await send(publication);
        });
      } catch (error) {
        if (!isCurrent()) return;
        this.#emit('problem', {message: `The ${publication.source} could not be published again.`, error});
        publication.end();
      }
    });
    await Promise.all(sent);
  }

  end(): void {
    for (const publication of [...this.#bySource.values()]) publication.end();
  }
}

const isUnknown = (error: unknown): boolean => hasCode(error, 'unknown_media');
