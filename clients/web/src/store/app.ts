import {signal, type ReadonlySignal} from '@preact/signals';
import {fetchDevToken, NoDevTokens} from './dev-token.js';
import type {PageParameters} from './page-parameters.js';
import {Space} from './space.js';
import {textOf, Toasts} from './toasts.js';

export interface Welcome {
  /** Why entering failed. */
  readonly problem?: {readonly title: string; readonly text: string};
  /** How to come in. `token`: with one that was pasted; `onlyToken`: because the server gives none to visitors. */
  readonly by: 'name' | 'token' | 'onlyToken';
  readonly busy: boolean;
}

export type Screen = {readonly at: 'door'; readonly welcome: Welcome} | {readonly at: 'inside'; readonly space: Space};

export type Credentials = {readonly by: 'name'; readonly name: string} | {readonly by: 'token'; readonly token: string};

const nameKey = 'parley.name';

/** Who is in this tab, and what it shows: the door, or what lies behind it. */
export class App {
  readonly parameters: PageParameters;
  readonly toasts = new Toasts();
  readonly #storage: Storage;
  readonly #screen = signal<Screen>({at: 'door', welcome: {by: 'name', busy: false}});

  constructor(parameters: PageParameters, storage: Storage) {
    this.parameters = parameters;
    this.#storage = storage;
  }

  get screen(): ReadonlySignal<Screen> {
    return this.#screen;
  }

  /** The name in the link, or the one that this tab had. */
  get suggestedName(): string {
    return this.parameters.name ?? this.#storage.getItem(nameKey) ?? '';
  }

  /** Enters at once where the name is known: by a link, or after a reload. */
  async begin(): Promise<void> {
    const name = this.suggestedName;
    if (name !== '') await this.enter({by: 'name', name});
  }

  async enter(credentials: Credentials): Promise<void> {
    const {by} = credentials;
    this.#atDoor({by, busy: true});
    try {
      const first = credentials.by === 'name' ? await fetchDevToken(credentials.name) : credentials.token;
      if (credentials.by === 'name') this.#storage.setItem(nameKey, credentials.name);
      const {urls, room} = this.parameters;
      this.#screen.value = {
        at: 'inside',
        space: new Space({urls, firstRoom: room, token: tokens(first, credentials), toasts: this.toasts}),
      };
    } catch (error) {
      if (error instanceof NoDevTokens) this.#atDoor({by: 'onlyToken', busy: false});
      else this.#atDoor({by, busy: false, problem: {title: 'Joining failed.', text: textOf(error)}});
    }
  }

  /** At the door, the other way to come in. */
  enterBy(by: 'name' | 'token'): void {
    this.#atDoor({by, busy: false});
  }

  /** Back to the door, as nobody. */
  async leave(): Promise<void> {
    const screen = this.#screen.value;
    if (screen.at !== 'inside') return;
    this.#storage.removeItem(nameKey);
    this.#atDoor({by: 'name', busy: false});
    await screen.space.notifications.signOut();
    await screen.space.close();
  }

  #atDoor(welcome: Welcome): void {
    this.#screen.value = {at: 'door', welcome};
  }
}

/** The token at hand first; then, for one who came by name, a new one whenever the server wants another. */
function tokens(first: string, credentials: Credentials): () => Promise<string> {
  let kept: string | undefined = first;
  return async () => {
    const token = kept ?? (credentials.by === 'name' ? await fetchDevToken(credentials.name) : first);
    kept = undefined;
    return token;
  };
}
