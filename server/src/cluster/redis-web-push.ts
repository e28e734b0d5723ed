import {sessionId, webPush, type UserId} from '@parley/protocol';
import {
  mostSubscriptions,
  subscriptionKeptMs,
  type KnownSubscription,
  type WebPushDirectory,
  type WebPushStanding,
  type WebPushSubscription,
} from '@parley/signaling';
import {z} from 'zod';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {fields} from './replies.js';

const kept = webPush.subscription.extend({
  id: webPush.subscriptionId,
  device: z.string().optional(),
  session: sessionId.optional(),
});
const policyField = 'policy';
const prefix = 's:';

/**
 * The browsers of users in Redis: a hash for each user. Whose a browser is says a key of its own, in another slot: it is
 * written first, so that the one who had it has it no longer from then on.
 */
export class RedisWebPush implements WebPushDirectory {
  readonly #line: CommandLine;
  readonly #keys: Keys;

  constructor(line: CommandLine, keys: Keys) {
    this.#line = line;
    this.#keys = keys;
  }

  async register(user: UserId, subscription: WebPushSubscription): Promise<void> {
    const {id} = subscription;
    await this.#line.call('SET', this.#keys.webPushOwner(id), user, 'PX', subscriptionKeptMs);
    const asked = [id, JSON.stringify(subscription), subscriptionKeptMs, mostSubscriptions];
    await this.#line.run('register-web-push', [this.#keys.webPush(user)], asked);
  }

  async remove(user: UserId, id: string): Promise<void> {
    await this.#line.call('HDEL', this.#keys.webPush(user), `${prefix}${id}`);
  }

  async setPolicy(user: UserId, policy: webPush.Policy): Promise<void> {
    const asked = [JSON.stringify(policy), subscriptionKeptMs];
    await this.#line.run('set-web-push-policy', [this.#keys.webPush(user)], asked);
  }

  async of(users: readonly UserId[]): Promise<ReadonlyMap<UserId, WebPushStanding>> {
    const found = await Promise.all(users.map(async (user) => [user, await this.#standing(user)] as const));
    return new Map(found.flatMap(([user, standing]) => (standing === undefined ? [] : [[user, standing]])));
  }

  async #standing(user: UserId): Promise<WebPushStanding | undefined> {
    const known = fields(await this.#line.call('HGETALL', this.#keys.webPush(user)));
    if (known.size === 0) return undefined;
    const policy = known.get(policyField);
    const all = [...known].flatMap(([field, value]) => (field.startsWith(prefix) ? [toSubscription(value)] : []));
    const owned = await Promise.all(
      all.map(async ({id}) => (await this.#line.call('GET', this.#keys.webPushOwner(id))) === user),
    );
    return {
      ...(policy !== undefined && {policy: webPush.policy.parse(JSON.parse(policy))}),
      subscriptions: all.filter((_, index) => owned[index]).sort((a, b) => a.at - b.at),
    };
  }
}

/** `<registered at> <JSON>`, as `register-web-push` writes it. */
function toSubscription(value: string): KnownSubscription {
  const at = value.indexOf(' ');
  const {device, session, ...subscription} = kept.parse(JSON.parse(value.slice(at + 1)));
  const by = {...(device !== undefined && {device}), ...(session !== undefined && {session})};
  return {...subscription, ...by, at: Number(value.slice(0, at))};
}
