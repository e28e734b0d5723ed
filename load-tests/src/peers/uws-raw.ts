import {uWS} from './uws.js';

/**
 * The floor: uWebSockets.js alone. A client joins the room of its URL; whatever a client sends is published to it as it
 * came, without parsing, order, storage, identity or limits.
 */
const app = uWS.App();

app.ws<{room: string}>('/*', {
  maxBackpressure: 16 * 1024 * 1024,
  upgrade(response, request, context) {
    response.upgrade(
      {room: request.getUrl()},
      request.getHeader('sec-websocket-key'),
      request.getHeader('sec-websocket-protocol'),
      request.getHeader('sec-websocket-extensions'),
      context,
    );
  },
  open(socket) {
    socket.subscribe(socket.getUserData().room);
  },
  message(socket, message) {
    app.publish(socket.getUserData().room, message, false);
  },
});

app.listen('127.0.0.1', 0, (socket) => {
  if (socket) process.stdout.write(`listening on ${String(uWS.us_socket_local_port(socket))}\n`);
});
process.on('SIGTERM', () => {
  app.close();
});
