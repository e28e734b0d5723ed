import type {Parley, WebPushPolicy, WebPushState} from '@parley/client';
import {signal, type ReadonlySignal} from '@preact/signals';
import {textOf} from './toasts.js';

export type NotificationState = {readonly at: 'loading'} | {readonly at: 'failed'; readonly why: string} | WebPushState;

/** Notifications of this browser while the page is closed. */
export class Notifications {
  readonly #parley: Parley;
  readonly #state = signal<NotificationState>({at: 'loading'});

  constructor(parley: Parley) {
    this.#parley = parley;
  }

  get state(): ReadonlySignal<NotificationState> {
    return this.#state;
  }

  async load(): Promise<void> {
    this.#state.value = await this.#parley.webPush.state().catch(failed);
  }

  async turn(on: boolean): Promise<void> {
    const {webPush} = this.#parley;
    try {
      if (on) {
        await navigator.serviceWorker.register('/service-worker.js');
        await navigator.serviceWorker.ready;
        this.#state.value = await webPush.subscribe();
      } else {
        await webPush.unsubscribe();
        await this.load();
      }
    } catch (error) {
      this.#state.value = failed(error);
    }
  }

  async setPolicy(policy: WebPushPolicy): Promise<void> {
    const {value} = this.#state;
    if (!('policy' in value)) return;
    this.#state.value = await this.#parley.webPush.setPolicy(policy).then((set) => ({...value, policy: set}), failed);
  }

  /** Whoever signs out is told nothing here any more. */
  async signOut(): Promise<void> {
    await this.#parley.webPush.unsubscribe().catch(() => undefined);
  }
}

const failed = (error: unknown): NotificationState => ({at: 'failed', why: textOf(error)});
