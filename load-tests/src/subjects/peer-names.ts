/** The servers that Parley is compared with, each a program in src/peers. These carry messages. */
export const peerNames = [
  'uws-raw',
  'socketio-uws',
  'socketio-ws',
  'socketio-sharded',
  'socketio-classic',
  'socketio-uws-sharded',
] as const;
/** Those that forward media. */
export const mediaPeerNames = ['mediasoup', 'janus'] as const;

export type MediaPeerName = (typeof mediaPeerNames)[number];
export type PeerName = (typeof peerNames)[number] | MediaPeerName;
