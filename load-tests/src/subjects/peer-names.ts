/** The servers that Parley is compared with, each a program in src/peers. */
export const peerNames = [
  'uws-raw',
  'socketio-uws',
  'socketio-ws',
  'socketio-sharded',
  'socketio-classic',
  'socketio-uws-sharded',
] as const;
export type PeerName = (typeof peerNames)[number];
