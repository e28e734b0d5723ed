import {Device, FakeHandler, testFakeParameters, type types} from 'mediasoup-client';
import type {LoadDevice} from '../../src/call/device.js';
import {routerCapabilities} from '../../src/call/media-parameters.js';

/** mediasoup-client's own device on its fake of WebRTC; a test decides whether paths work. */
export class FakeDevices {
  readonly transports: types.Transport[] = [];

  readonly load: LoadDevice = async (router) => {
    const device = await Device.factory({handlerFactory: FakeHandler.createFactory(testFakeParameters)});
    await device.load({routerRtpCapabilities: routerCapabilities(router)});
    device.observer.on('newtransport', (transport) => this.transports.push(transport));
    return device;
  };

  /** The newest transport of a direction. */
  transport(direction: 'send' | 'recv'): types.Transport {
    const found = this.transports.findLast((transport) => transport.direction === direction);
    if (!found) throw new Error(`There is no ${direction} transport`);
    return found;
  }

  path(direction: 'send' | 'recv', state: types.ConnectionState): void {
    const {handler} = this.transport(direction);
    if (!(handler instanceof FakeHandler)) throw new Error('not a fake');
    handler.setConnectionState(state);
  }
}
