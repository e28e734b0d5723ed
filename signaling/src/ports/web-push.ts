import type {SessionId, UserId, webPush} from '@parley/protocol';

/** A browser that lets itself be woken for a user. */
export interface WebPushSubscription extends webPush.Subscription {
  /** Made of the endpoint. */
  readonly id: string;
  readonly device?: string;
  /** That registered it last. */
  readonly session?: SessionId;
}

export interface KnownSubscription extends WebPushSubscription {
  /** When it was last registered, by the store's clock. */
  readonly at: number;
}

/** What is kept of a user. */
export interface WebPushStanding {
  /** Undefined unless the user chose one. */
  readonly policy?: webPush.Policy;
  /** The one registered last comes last. */
  readonly subscriptions: readonly KnownSubscription[];
}

/** Of each user; the one that was not registered for longest gives way. */
export const mostSubscriptions = 16;
/** For how long a subscription is kept that nobody registers again, and what its user chose with it. */
export const subscriptionKeptMs = 60 * 24 * 3_600_000;

/**
 * The browsers of users, and when they want to be woken.
 *
 * Guarantee: a subscription belongs to the user who registered it last, and is given for no other: not even for a moment
 * while it changes hands, in which it may be nobody's. Otherwise two people who share a browser would read each other's
 * notifications. What was registered is given by every `of` from then on, until it is removed, gives way, is registered by
 * another user, or its time is over.
 */
export interface WebPushDirectory {
  register(user: UserId, subscription: WebPushSubscription): Promise<void>;
  /** Idempotent. */
  remove(user: UserId, id: string): Promise<void>;
  setPolicy(user: UserId, policy: webPush.Policy): Promise<void>;
  /** Users of whom nothing is kept are absent. */
  of(users: readonly UserId[]): Promise<ReadonlyMap<UserId, WebPushStanding>>;
}

/** One message for one browser. */
export interface WebPushNote {
  /** The push that it is part of. */
  readonly push: string;
  readonly user: UserId;
  readonly subscription: WebPushSubscription;
  /** At most {@link mostNoteBytes}. */
  readonly text: string;
  readonly expiresAt: number;
  /** One that waits at the push service takes the place of another of the same topic: 32 characters of base64url. */
  readonly topic: string;
  readonly urgency: 'low' | 'normal' | 'high';
}

/** What is left for the text of the 4,096 bytes that a push service takes (RFC 8291, section 4), encrypted in one record. */
export const mostNoteBytes = 4_096 - 86 - 17;

/**
 * Brings notes to push services.
 *
 * Guarantee: what `queue` resolved for is tried until it is delivered, refused for good or expired, whatever node dies; it may
 * be delivered twice if one dies, and the tag in its text lets the browser show it once.
 */
export interface WebPushSender {
  /** What browsers subscribe with: the public half of the VAPID key, as base64url. */
  readonly publicKey: string;
  /** Why nothing is ever sent to this subscription; undefined if it may be. */
  refusalOf(subscription: webPush.Subscription): {readonly field: string; readonly message: string} | undefined;
  /** Resolves with how many were taken: the first so many. Rejects if the store is away. */
  queue(notes: readonly WebPushNote[]): Promise<number>;
}
