import {io} from 'socket.io-client';
import type {OpenWire} from './wire.js';

export type TransportName = 'websocket' | 'polling';

/**
 * Opens connections by Socket.IO. Each has a socket of its own that never reconnects by itself: the session decides
 * when and where to come back, and says with each handshake how far it got.
 */
export const socketIo =
  (transports: readonly TransportName[]): OpenWire =>
  (url, auth, listener) => {
    const socket = io(url, {
      auth,
      transports: [...transports],
      // Long-polling where no WebSocket can be opened, some company networks for instance.
      tryAllTransports: true,
      reconnection: false,
      forceNew: true,
      multiplex: false,
    });
    socket.io.engine.on('packet', () => {
      listener.onHeard();
    });
    socket.onAny((name: string, payload: unknown) => {
      listener.onEvent(name, payload);
    });
    socket.on('connect_error', (error: Error & {readonly data?: unknown}) => {
      socket.offAny().off().disconnect();
      const {data, message} = error;
      listener.onEnd(data === undefined ? {kind: 'lost', message} : {kind: 'refused', data, message});
    });
    socket.on('disconnect', (reason) => {
      socket.offAny().off();
      listener.onEnd({kind: 'lost', message: reason});
    });
    return {
      send: (name, params, answer) => {
        socket.emit(name, params, answer);
      },
      close: () => {
        socket.offAny().off().disconnect();
      },
    };
  };
