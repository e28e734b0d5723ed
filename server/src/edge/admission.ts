import {ParleyError, protocolFloor, protocolVersion, session} from '@parley/protocol';
import type {Admission, Hub} from '@parley/signaling';
import type {TokenVerifier} from '../auth/token-verifier.js';

/**
 * Lets a handshake in: version, shape, token, then the hub. Rejects with a ParleyError.
 *
 * The version goes first, because a client of another one may send another shape.
 */
export async function admitHandshake(auth: unknown, verifier: TokenVerifier, hub: Hub): Promise<Admission> {
  if (speaksBelowFloor(auth)) {
    const message = `This node speaks the protocol from version ${protocolFloor} to ${protocolVersion}.`;
    throw new ParleyError('version_unsupported', {message, field: 'v'});
  }
  const parsed = session.handshake.safeParse(auth);
  if (!parsed.success) throw malformed(parsed.error);
  const identity = await verifier.verify(parsed.data.token);
  return hub.admit(identity, parsed.data);
}

const speaksBelowFloor = (auth: unknown): boolean =>
  typeof auth === 'object' && auth !== null && 'v' in auth && typeof auth.v === 'number' && auth.v < protocolFloor;

type HandshakeError = NonNullable<ReturnType<typeof session.handshake.safeParse>['error']>;

function malformed(error: HandshakeError): ParleyError {
  const [issue] = error.issues;
  const field = issue?.path.join('.') ?? '';
  if (field === 'token') return new ParleyError('bad_token', {field});
  const name = field === '' && issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : field;
  return new ParleyError('invalid_payload', {
    message: `The handshake's ${name === '' ? 'auth' : name}: ${issue?.message ?? 'not accepted'}.`,
    field: name,
  });
}
