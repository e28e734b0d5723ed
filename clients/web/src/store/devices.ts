import type {Parley, UserSession, UserSessionChange} from '@parley/client';
import {signal, type ReadonlySignal} from '@preact/signals';
import {deviceName} from './device-name.js';
import {textOf, type Toasts} from './toasts.js';

/** Going away and coming back are not told, and times of last sight grow older. */
const reloadMs = 10_000;
const nameKey = 'parley.device';

export type DeviceList =
  | {readonly at: 'loading'}
  | {readonly at: 'loaded'; readonly own: UserSession | undefined; readonly others: readonly UserSession[]}
  | {readonly at: 'failed'; readonly why: string};

/** What this browser calls itself: as its user named it, or by what it is. */
export const ownDeviceName = (): string => localStorage.getItem(nameKey) ?? deviceName(navigator.userAgent);

const idKey = 'parley.device-id';

/** What tells this browser from the user's others; made once. */
export function ownDeviceId(): string {
  const known = localStorage.getItem(idKey);
  if (known !== null) return known;
  // Not `randomUUID`, which pages without TLS lack.
  const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  localStorage.setItem(idKey, made);
  return made;
}

/** Where the person is signed in. It costs nothing while nobody looks. */
export class Devices {
  readonly #parley: Parley;
  readonly #toasts: Toasts;
  readonly #list = signal<DeviceList>({at: 'loading'});
  readonly #subscriptions: readonly (() => void)[];
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Rises with every load, so that the answer of an overtaken one is ignored. */
  #loads = 0;

  constructor(parley: Parley, toasts: Toasts) {
    this.#parley = parley;
    this.#toasts = toasts;
    this.#subscriptions = [
      parley.on('session', (change) => {
        this.#changed(change);
      }),
      parley.on('state', ({status}) => {
        if (status === 'connected') this.#reload();
      }),
    ];
  }

  get list(): ReadonlySignal<DeviceList> {
    return this.#list;
  }

  show(): void {
    this.#list.value = {at: 'loading'};
    this.#timer ??= setInterval(() => {
      this.#reload();
    }, reloadMs);
    this.#reload();
  }

  hide(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#loads++;
  }

  close(): void {
    this.hide();
    for (const unsubscribe of this.#subscriptions) unsubscribe();
  }

  /** What this device is called here is remembered for its later sessions. */
  async rename({session, current}: UserSession, name: string): Promise<void> {
    await this.#parley.sessions.rename(name, session);
    if (current) localStorage.setItem(nameKey, name);
    await this.#load();
  }

  async signOut({session}: UserSession): Promise<void> {
    await this.#parley.sessions.signOut(session);
    await this.#load();
  }

  async signOutOthers(): Promise<void> {
    await this.#parley.sessions.signOutOthers();
    await this.#load();
  }

  #changed({session, change, device}: UserSessionChange): void {
    const {state} = this.#parley;
    const isOwn = state.status === 'connected' && state.session === session;
    if (isOwn && device !== undefined) localStorage.setItem(nameKey, device);
    if (change === 'opened') {
      const text = 'If this was not you, open your devices and sign it out.';
      this.#toasts.show({tone: 'info', title: `You signed in: ${device ?? 'unnamed device'}`, text});
    }
    this.#reload();
  }

  #reload(): void {
    if (this.#timer !== undefined) void this.#load();
  }

  async #load(): Promise<void> {
    const load = ++this.#loads;
    const list = await this.#parley.sessions.list().then(
      (sessions): DeviceList => ({
        at: 'loaded',
        own: sessions.find(({current}) => current),
        others: sessions.filter(({current}) => !current),
      }),
      (error: unknown): DeviceList => ({at: 'failed', why: textOf(error)}),
    );
    if (load === this.#loads) this.#list.value = list;
  }
}
