import {systemClock} from './clock.js';
import type {ParleyOptions} from './parley-options.js';
import {Parley} from './parley.js';
import {systemRandom} from './random.js';
import {ownSurroundings} from './session/surroundings.js';
import {socketIo} from './wire/socket-io.js';

/**
 * Connects to Parley and keeps the session alive from then on.
 *
 * ```ts
 * const parley = connect({url: 'https://chat.example.org', token: () => fetchToken()});
 * parley.on('state', ({status}) => showConnection(status));
 * const {name} = await parley.ready;
 * const room = await parley.join('lobby', {create: true});
 * room.on('message', ({name, text}) => show(name, text));
 * room.send('hello');
 * ```
 */
export function connect(options: ParleyOptions): Parley {
  const {transports = ['websocket', 'polling']} = options;
  return new Parley(options, {
    open: socketIo(transports),
    clock: systemClock,
    random: systemRandom,
    surroundings: ownSurroundings,
  });
}
