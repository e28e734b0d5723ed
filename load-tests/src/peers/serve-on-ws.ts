import {createServer} from 'node:http';
import {Server, type ServerOptions} from 'socket.io';
import {chatOverSocketIo} from './chat-over-socketio.js';

/** Socket.IO as it comes, on the `ws` engine. */
export function serveOnWs(options: Partial<ServerOptions> = {}): void {
  const server = createServer();
  const io = new Server(server, {transports: ['websocket'], ...options});
  chatOverSocketIo(io);

  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') process.stdout.write(`listening on ${String(address.port)}\n`);
  });
  process.on('SIGTERM', () => {
    void io.close();
  });
}
