import {ActiveCall} from './active-call.js';
import type {CallOptions} from './call.js';
import {capture} from './capture.js';
import {browserDevice} from './device.js';
import type {CallPort} from './port.js';

/** Captures what is asked for, joins, and publishes it. What was captured ends again if any of that fails. */
export async function startCall(port: CallPort, options: CallOptions): Promise<ActiveCall> {
  const captured = await capture(options);
  const call = new ActiveCall(port, port.loadDevice ?? browserDevice);
  try {
    await call.join(options);
    await Promise.all(captured.map(({source, track, own}) => call.publish(source, track, {own})));
    return call;
  } catch (error) {
    for (const {track, own} of captured) if (own) track.stop();
    await call.leave();
    throw error;
  }
}
