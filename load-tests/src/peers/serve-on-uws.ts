import {Server, type ServerOptions} from 'socket.io';
import {chatOverSocketIo} from './chat-over-socketio.js';
import {uWS} from './uws.js';

/** Socket.IO as it comes, on uWebSockets.js. */
export function serveOnUws(options: Partial<ServerOptions> = {}): void {
  const app = uWS.App();
  const io = new Server({transports: ['websocket'], ...options});
  // An option of the uWS engine that Socket.IO passes on but does not declare.
  const engine: object = {maxBackpressure: 16 * 1024 * 1024};
  io.attachApp(app, engine);
  chatOverSocketIo(io);

  app.listen('127.0.0.1', 0, (socket) => {
    if (socket) process.stdout.write(`listening on ${String(uWS.us_socket_local_port(socket))}\n`);
  });
  process.on('SIGTERM', () => {
    app.close();
  });
}
