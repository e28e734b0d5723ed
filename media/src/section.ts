import type {Router} from 'mediasoup/types';
import {mediaCodecs} from './codecs.js';
import {MediaError} from './errors.js';
import {RoomTransport, type Direction} from './room-transport.js';
import type {TransportState} from './room-events.js';
import type {WorkerProcess} from './worker-process.js';
import type {Tenant, WorkerSlot} from './worker-slot.js';

/** What of a room is on one worker: a router, with the transports of some peers. */
export class Section implements Tenant {
  readonly slot: WorkerSlot;
  readonly router: Router;
  readonly #process: WorkerProcess;
  readonly #onLost: (section: Section) => void;
  #objects = 1;
  #lost = false;

  /** Rejects with `unavailable` if the worker died. */
  static async open(slot: WorkerSlot, onLost: (section: Section) => void): Promise<Section> {
    const {process} = slot;
    let router;
    try {
      router = await process.worker.createRouter({mediaCodecs});
    } catch (cause) {
      throw new MediaError('unavailable', 'The media worker died.', {cause});
    }
    const section = new Section(slot, {router, process}, onLost);
    slot.admit(section, process);
    return section;
  }

  private constructor(
    slot: WorkerSlot,
    {router, process}: {router: Router; process: WorkerProcess},
    onLost: (section: Section) => void,
  ) {
    this.slot = slot;
    this.router = router;
    this.#process = process;
    this.#onLost = onLost;
    router.observer.on('newtransport', ({observer}) => {
      for (const kind of ['newproducer', 'newconsumer', 'newdataproducer', 'newdataconsumer'] as const) {
        observer.on(kind, this.#count);
      }
    });
  }

  /** Its router, and the producers and consumers of tracks and data on it. */
  get objects(): number {
    return this.#objects;
  }

  /** Nothing on it is to be had any more. */
  get closed(): boolean {
    return this.#lost || this.router.closed || this.#process.worker.closed;
  }

  createTransport(
    {peer, direction}: {peer: string; direction: Direction},
    tell: (transport: string, state: TransportState) => void,
  ): Promise<RoomTransport> {
    const {webRtcServer} = this.#process;
    return RoomTransport.create({router: this.router, webRtcServer}, {peer, direction}, tell);
  }

  /** Idempotent. */
  close(): void {
    this.slot.release(this);
    this.router.close();
  }

  lost(): void {
    this.#lost = true;
    this.#onLost(this);
    this.router.close();
  }

  readonly #count = ({observer}: {observer: {once(event: 'close', listener: () => void): unknown}}): void => {
    this.#objects += 1;
    observer.once('close', () => {
      this.#objects -= 1;
    });
  };
}
