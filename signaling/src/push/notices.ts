import {createHash} from 'node:crypto';
import {webPush, type UserId} from '@parley/protocol';
import {mostNoteBytes, type Clock, type Store, type WebPushNote, type WebPushSender} from '../ports.js';
import type {PushRequest} from '../pushes.js';
import {isQuiet} from './quiet-hours.js';

/** Users whose browsers are looked up at the same time. */
const usersAtOnce = 100;

/** What is shown to users who are away. */
export interface Notice {
  readonly id: string;
  readonly at: number;
  readonly expiresAt: number;
  readonly urgency: WebPushNote['urgency'];
  readonly request: Pick<PushRequest, 'topic' | 'data' | 'collapseKey'> & {readonly notify: webPush.Notification};
}

export interface NoticesOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<Store, 'sessions' | 'webPush'>;
  /** Undefined: this server sends no web push. */
  readonly sender: WebPushSender | undefined;
}

/** What is known at once of a notice. */
export interface Noticed {
  /** Browsers that it is sent to. */
  readonly browsers: number;
  /** Browsers that it was meant for and is not sent to, since too much is waiting. */
  readonly browsersFailed: number;
}

/** Wakes the browsers of those who have no connected session, if they want to be. */
export class Notices {
  readonly #options: NoticesOptions;

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  async send(users: readonly UserId[], notice: Notice): Promise<Noticed> {
    const {sender} = this.#options;
    let [browsers, browsersFailed] = [0, 0];
    if (sender === undefined) return {browsers, browsersFailed};
    const text = textOf(notice);
    for (let from = 0; from < users.length; from += usersAtOnce) {
      const subscriptions = await this.#wakeable(users.slice(from, from + usersAtOnce));
      const notes = subscriptions.map((one) => toNote(notice, text, one));
      const taken = notes.length === 0 ? 0 : await sender.queue(notes);
      browsers += taken;
      browsersFailed += notes.length - taken;
    }
    return {browsers, browsersFailed};
  }

  async #wakeable(users: readonly UserId[]): Promise<readonly Pick<WebPushNote, 'user' | 'subscription'>[]> {
    const {clock, store} = this.#options;
    const standings = await store.webPush.of(users);
    if (standings.size === 0) return [];
    const presence = await store.sessions.presenceOf([...standings.keys()]);
    return [...standings].flatMap(([user, {policy = webPush.usualPolicy, subscriptions}]) => {
      const {when, quietHours} = policy;
      const isThere = presence.get(user)?.status === 'online';
      if (isThere || when === 'never' || (quietHours && isQuiet(quietHours, clock.now()))) return [];
      return subscriptions.map(({at: _, session: _session, ...subscription}) => ({user, subscription}));
    });
  }
}

/** How many bytes a notice takes without the push's data, which is left out where there is no room for it. */
export function noticeBytes(request: Notice['request']): number {
  const longest = {id: 'x'.repeat(64), at: Number.MAX_SAFE_INTEGER, tag: 'x'.repeat(64)};
  return Buffer.byteLength(JSON.stringify({...longest, topic: request.topic, ...request.notify}));
}

function textOf({id, at, request: {topic, data, collapseKey, notify}}: Notice): string {
  const message = {id, topic, at, tag: collapseKey ?? id, ...notify} satisfies webPush.Message;
  const whole = JSON.stringify({...message, data});
  return Buffer.byteLength(whole) <= mostNoteBytes ? whole : JSON.stringify(message);
}

function toNote(
  {id, expiresAt, urgency, request: {collapseKey}}: Notice,
  text: string,
  {user, subscription}: Pick<WebPushNote, 'user' | 'subscription'>,
): WebPushNote {
  const topic = createHash('sha256')
    .update(collapseKey ?? id)
    .digest('base64url')
    .slice(0, 32);
  return {push: id, user, subscription, text, expiresAt, topic, urgency};
}
