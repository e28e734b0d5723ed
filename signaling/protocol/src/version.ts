/**
 * The protocol's version. A client sends the version it speaks in its handshake; the server accepts from `floor` up.
 *
 * | version | what changed |
 * |---|---|
 * | 1 | the first |
 */
export const protocolVersion = 1;
export const protocolFloor = 1;
