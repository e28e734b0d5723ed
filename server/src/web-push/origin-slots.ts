import {Slots} from '../webhooks/slots.js';

/** Lets so many deeds be underway at once for each push service, so that one that hangs holds up only itself. */
export class OriginSlots {
  readonly #each: number;
  readonly #origins = new Map<string, {readonly slots: Slots; users: number}>();

  constructor(each: number) {
    this.#each = each;
  }

  async use<T>(origin: string, deed: () => Promise<T>): Promise<T> {
    const held = this.#origins.get(origin) ?? {slots: new Slots(this.#each), users: 0};
    this.#origins.set(origin, held);
    held.users += 1;
    try {
      return await held.slots.use(deed);
    } finally {
      held.users -= 1;
      if (held.users === 0) this.#origins.delete(origin);
    }
  }
}
