import type {CloseReason} from '@parley/protocol';
import type {FinalEnding} from '../nodes/node-words.js';

/** How a session ceased to be connected here. */
export type Ending =
  'dropped' | 'draining' | 'abusive' | 'rehearsed' | 'token_expired' | 'replaced' | 'revoked' | FinalEnding;

/** What the client is told; nothing if it went by itself. */
export const closeReasons: Readonly<Record<Ending, CloseReason | undefined>> = {
  dropped: undefined,
  draining: 'draining',
  // A client asked for it, to see what becomes of it.
  rehearsed: 'node_lost',
  abusive: 'protocol_error',
  token_expired: 'token_expired',
  replaced: 'replaced',
  kicked: 'kicked',
  revoked: 'token_revoked',
  ended: 'ended',
  // It was taken for lost while its connection went on: this node had no word with the cluster for too long.
  expired: 'node_lost',
  displaced: 'too_many_sessions',
  key_reused: 'key_reused',
};
