import {ParleyError, type media as wire} from '@parley/protocol';
import {createMediaEngine, type MediaEngine as Engine, type MediaEngineOptions, type Unavailable} from '@parley/media';
import type {IceAccess, MediaEngine, MediaEvent, EngineRoom} from '@parley/signaling';
import {AdaptedRoom, toParleyError} from './media-room.js';

/** The engine of this process as signaling wants it, and what the process wants besides. */
export interface NodeMedia extends MediaEngine {
  /** Workers with what they carry, for monitoring. */
  readonly workers: Engine['workers'];
  readonly tally: Engine['tally'];
  /** Calls whose media is here. */
  readonly rooms: Engine['rooms'];
  /** Ends all calls' media and leaves no worker process. Idempotent. */
  close(): Promise<void>;
}

/** Starts the media workers. Resolves also without any: the node then serves everything but calls, and says why. */
export async function startMedia(options: MediaEngineOptions, access: (user: string) => IceAccess): Promise<NodeMedia> {
  const media = new AdaptedEngine(await createMediaEngine(options), access);
  if (media.unavailableReason !== undefined) options.logger.warn({}, media.unavailableReason);
  return media;
}

class AdaptedEngine implements NodeMedia {
  readonly rtpCapabilities: wire.RtpCapabilities;
  readonly iceAccess: (user: string) => IceAccess;
  readonly #engine: Engine;
  readonly #rooms = new WeakMap<EngineRoom, Awaited<ReturnType<Engine['open']>>>();

  constructor(engine: Engine, access: AdaptedEngine['iceAccess']) {
    this.#engine = engine;
    this.rtpCapabilities = engine.rtpCapabilities as wire.RtpCapabilities;
    this.iceAccess = access;
  }

  get available(): boolean {
    return this.#engine.available;
  }

  get unavailableReason(): string | undefined {
    const {unavailable} = this.#engine;
    return unavailable && sentence(unavailable);
  }

  get fullForMs(): number | undefined {
    return this.#engine.fullForMs;
  }

  get load(): number {
    const loads = this.#engine.workers.map(({load}) => load);
    return loads.length === 0 ? 0 : loads.reduce((sum, load) => sum + load, 0) / loads.length;
  }

  get pipeAddress(): string | undefined {
    return this.#engine.pipeAddress;
  }

  get workers(): Engine['workers'] {
    return this.#engine.workers;
  }

  get tally(): Engine['tally'] {
    return this.#engine.tally;
  }

  get rooms(): Engine['rooms'] {
    return this.#engine.rooms;
  }

  async open(call: string, listener: (event: MediaEvent) => void, besides?: EngineRoom): Promise<EngineRoom> {
    try {
      const room = await this.#engine.open(listener, besides && this.#rooms.get(besides));
      const {recorder} = this.#engine;
      const adapted = new AdaptedRoom(room, {
        recordable: () => recorder?.recordable ?? 'no',
        record: async (wish, onEnded) => {
          if (recorder === undefined)
            throw new ParleyError('recording_unavailable', {
              message: 'Recording is off: PARLEY_RECORDING_FOLDER is not set.',
            });
          return recorder.begin(call, room, wish, onEnded);
        },
      });
      this.#rooms.set(adapted, room);
      return adapted;
    } catch (thrown) {
      throw toParleyError(thrown);
    }
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}

/** Why calls are off, and how to switch them on, for log and page. */
function sentence({fault, detail}: Unavailable): string {
  switch (fault) {
    case 'off':
      return 'Calls are off: PARLEY_MEDIA_WORKERS is 0.';
    case 'program':
      return `Calls are off: no media worker could be started (${detail}). Run \`npm start\` in the clone, which obtains one, or set MEDIASOUP_WORKER_BIN to the path of one.`;
    case 'port':
      return `Calls are off: media could not listen on ${detail}. Set PARLEY_MEDIA_PORT to a port that is free for UDP and TCP, or to 0.`;
    case 'address':
      return `Calls are off: ${detail} Set PARLEY_MEDIA_LISTEN_IP and PARLEY_MEDIA_ANNOUNCED_ADDRESS.`;
    case 'restarting':
      return 'Calls are off for a moment: the media workers are being restarted.';
    case 'closed':
      return 'Calls are off: the node is shutting down.';
  }
}
