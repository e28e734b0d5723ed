import type {session as wire} from '@parley/protocol';

/** Who and where the client is, as the server said when it connected. */
export interface Identity {
  /** The session's id; it stays the same through resumes. */
  readonly session: string;
  readonly user: string;
  readonly name: string;
  /** The node that has the connection. */
  readonly node: string;
  /** Whether calls are possible, and if not, why. */
  readonly calls: {readonly available: boolean; readonly reason?: string | undefined};
  readonly limits: wire.Limits;
}

/** Why there is no connection: `reason` is a close reason of the protocol, or `network`, `token`, `signed_out`. */
export interface Trouble {
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
  /** The application's own word for why, if its backend refused the connection. */
  readonly because?: string;
}

/**
 * What the connection is doing. A page that shows it honestly needs nothing else.
 *
 * - `connecting`: for the first time; nothing is known yet.
 * - `connected`: live. `resumed` says whether the session went on, or began anew.
 * - `resuming`: there was a connection; an attempt to get it back is under way.
 * - `offline`: waiting until `retryAt` (milliseconds since the Unix epoch) before the next attempt.
 * - `closed`: for good, by `close()` or because the server will not have this client back without a new token or a person.
 *   `ended`: the user signed this session out. `too_many_sessions`: the user has as many as are allowed elsewhere.
 *   `denied`: the application's backend does not want it. `key_reused`: somebody used an old key of this session, which may have been copied; nothing of it is left to be
 *   used, and the person signs in again.
 */
export type ConnectionState =
  | {readonly status: 'connecting'; readonly url: string}
  | ({readonly status: 'connected'; readonly url: string; readonly resumed: boolean} & Identity)
  | ({readonly status: 'resuming'; readonly url: string} & Trouble)
  | ({readonly status: 'offline'; readonly retryAt: number} & Trouble)
  | ({readonly status: 'closed'} & Trouble);
