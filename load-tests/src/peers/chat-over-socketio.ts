import type {Server} from 'socket.io';

type Acknowledge = (answer: {ok: true}) => void;

/**
 * What a team writes in an afternoon with Socket.IO: join a room, relay to it. No identity, order, storage or limits.
 * The names are Parley's, so that one load generator drives both.
 */
export function chatOverSocketIo(io: Server): void {
  io.on('connection', (socket) => {
    socket.on('room.join', ({room}: {room: string}, acknowledge?: Acknowledge) => {
      void socket.join(room);
      acknowledge?.({ok: true});
    });
    socket.on('chat.send', (message: {room: string; id: string; text: string}, acknowledge?: Acknowledge) => {
      io.to(message.room).emit('chat.message', message);
      acknowledge?.({ok: true});
    });
  });
}
