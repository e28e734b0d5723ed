import {createHmac} from 'node:crypto';
import type {media as wire} from '@parley/protocol';
import type {Clock, IceAccess} from '@parley/signaling';
import type {IceConfig} from '../config/config.js';

const isTurn = (url: string): boolean => url.startsWith('turn');

/**
 * The STUN and TURN servers of each client.
 *
 * With a shared secret every client gets credentials of its own that end by themselves: the user's name behind the time
 * of their end, and an HMAC-SHA1 of that (draft-uberti-behave-turn-rest-00 §2.2), as coturn checks them with
 * `use-auth-secret`.
 */
export function iceAccess({urls, credentials}: IceConfig, clock: Clock): (user: string) => IceAccess {
  const stun = urls.filter((url) => !isTurn(url));
  const turn = urls.filter(isTurn);
  const open: readonly wire.IceServer[] = stun.length === 0 ? [] : [{urls: stun}];
  if (turn.length === 0 || credentials === undefined) return () => ({servers: open, lifetimeMs: undefined});
  if (credentials.kind === 'password') {
    const {username, password: credential} = credentials;
    const access = {servers: [...open, {urls: turn, username, credential}], lifetimeMs: undefined};
    return () => access;
  }
  const {secret, lifetimeMs} = credentials;
  return (user) => {
    const username = `${Math.floor((clock.now() + lifetimeMs) / 1_000)}:${user}`;
    const credential = createHmac('sha1', secret).update(username).digest('base64');
    return {servers: [...open, {urls: turn, username, credential}], lifetimeMs};
  };
}
