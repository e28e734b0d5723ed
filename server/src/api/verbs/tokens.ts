import {userId} from '@parley/protocol';
import type {TokenRevocation} from '@parley/signaling';
import {z} from 'zod';
import {moment} from './moment.js';
import {verb} from './verb.js';

const until = moment.optional().meta({
  description: 'When the last of these tokens has expired; after `PARLEY_AUTH_MAX_TOKEN_LIFE` unless given.',
});
const issuedBefore = moment.meta({description: 'Tokens whose `iat` is not before this moment stay good.'});

const input = z.union([
  z
    .strictObject({tokenId: z.string().min(1).max(256).meta({description: 'Its `jti`.'}), until})
    .meta({title: 'One token'}),
  z
    .strictObject({
      user: userId,
      issuedBefore: issuedBefore.optional().meta({description: 'Now, unless given: all tokens of the user so far.'}),
      until,
    })
    .meta({title: 'A user’s tokens'}),
  z.strictObject({issuedBefore, until}).meta({title: 'Everybody’s tokens'}),
]);

const revoked = z.strictObject({
  sessions: z.number().int().min(0).meta({description: 'Sessions that were closed, on all nodes that answered.'}),
});

export const revokeTokens = verb({
  name: 'tokens.revoke',
  area: 'tokens',
  summary: 'Revoke tokens',
  description:
    'Sessions that stand on them are closed with `token_revoked` (4508) on whichever node they are, and ended. The tokens are refused from then on. A token without `iat` counts as issued before any moment; times are in milliseconds since the Unix epoch, while `iat` is in whole seconds, so that one issued in the second of the revocation is revoked too.',
  effect: 'changes',
  names: {},
  input,
  output: revoked,
  target: (asked) => asked,
  run: (_names, asked, {backstage}) => backstage.revokeTokens(revocationOf(asked)),
});

function revocationOf(asked: z.infer<typeof input>): TokenRevocation {
  const remembered = asked.until === undefined ? {} : {until: asked.until};
  if ('tokenId' in asked) return {target: {tokenId: asked.tokenId}, ...remembered};
  const before = asked.issuedBefore === undefined ? {} : {issuedBefore: asked.issuedBefore};
  return {target: 'user' in asked ? {user: asked.user} : {all: true}, ...before, ...remembered};
}
