/** Socket.IO's number for an event (https://github.com/socketio/socket.io-protocol). */
export const eventType = 2;

/** An event whose payload is JSON, as Socket.IO's encoder would write it, without its search for binary parts. */
export const jsonEvent = (namespace: string, name: string, payload: string): string =>
  `${eventType}${namespace === '/' ? '' : `${namespace},`}["${name}",${payload}]`;
