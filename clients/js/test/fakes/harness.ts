import type {ParleyOptions} from '../../src/parley-options.js';
import {Parley} from '../../src/parley.js';
import type {Random} from '../../src/random.js';
import type {Surroundings} from '../../src/session/surroundings.js';
import {FakeDevices} from './fake-device.js';
import {HandTurnedClock} from './hand-turned-clock.js';
import {ScriptedServer} from './scripted-server.js';

/** Ids in sequence, and chance that always says the same. */
class CountedRandom implements Random {
  #count = 0;

  id(): string {
    return `id-${++this.#count}`;
  }

  fraction(): number {
    return 0;
  }
}

/** A page whose network and life a test decides. */
class ScriptedSurroundings implements Surroundings {
  readonly #callbacks = {
    online: new Set<() => void>(),
    change: new Set<() => void>(),
    hide: new Set<() => void>(),
    show: new Set<() => void>(),
  };

  onOnline(callback: () => void): () => void {
    return this.#add('online', callback);
  }

  onChange(callback: () => void): () => void {
    return this.#add('change', callback);
  }

  onHide(callback: () => void): () => void {
    return this.#add('hide', callback);
  }

  onShow(callback: () => void): () => void {
    return this.#add('show', callback);
  }

  say(what: 'online' | 'change' | 'hide' | 'show'): void {
    for (const callback of [...this.#callbacks[what]]) callback();
  }

  #add(what: 'online' | 'change' | 'hide' | 'show', callback: () => void): () => void {
    this.#callbacks[what].add(callback);
    return () => void this.#callbacks[what].delete(callback);
  }
}

/** A client against a scripted server, on a clock that stands still. */
export class Harness {
  readonly clock = new HandTurnedClock();
  readonly surroundings = new ScriptedSurroundings();
  readonly random = new CountedRandom();
  readonly server: ScriptedServer;
  readonly devices = new FakeDevices();

  constructor(server = new ScriptedServer()) {
    this.server = server;
  }

  connect(options: Partial<ParleyOptions> = {}): Parley {
    const {clock, random, surroundings, server, devices} = this;
    return new Parley(
      {url: 'http://one', token: () => 'ada', ...options},
      {open: server.open, clock, random, surroundings, loadDevice: devices.load},
    );
  }
}
