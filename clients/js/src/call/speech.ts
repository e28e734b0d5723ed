import {callNews} from '@parley/protocol';
import type {Unsubscribe} from '../emitter.js';
import type {CallEvents} from './call.js';
import type {CallPort} from './port.js';

type Emit = <Name extends 'speaker' | 'levels'>(name: Name, value: CallEvents[Name]) => void;

/** Who speaks, as the server tells it while somebody listens. */
export class Speech {
  readonly #emit: Emit;
  #speaker: string | undefined;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  get speaker(): string | undefined {
    return this.#speaker;
  }

  listen({listen, room: mine}: Pick<CallPort, 'listen' | 'room'>): readonly Unsubscribe[] {
    return [
      listen(callNews.speaker, ({room, peer}) => {
        if (room === mine) this.become(peer ?? undefined);
      }),
      listen(callNews.levels, ({room, levels}) => {
        if (room === mine) this.#emit('levels', new Map(levels.map(({peer, level}) => [peer, level])));
      }),
    ];
  }

  become(peer: string | undefined): void {
    if (peer === this.#speaker) return;
    this.#speaker = peer;
    this.#emit('speaker', {peer});
  }

  /** The call is left or rebuilt: nobody is heard. */
  clear(): void {
    this.#emit('levels', new Map());
    this.become(undefined);
  }
}
