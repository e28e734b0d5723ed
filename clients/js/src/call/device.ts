import {ParleyError, type media} from '@parley/protocol';
import {Device} from 'mediasoup-client';
import {routerCapabilities} from './media-parameters.js';

/** Makes a device that knows what it and the engine have in common. */
export type LoadDevice = (router: media.RtpCapabilities) => Promise<Device>;

/** By the browser's own WebRTC. */
export const browserDevice: LoadDevice = async (router) => {
  let device: Device;
  try {
    device = await Device.factory();
  } catch (cause) {
    throw new ParleyError('calls_unavailable', {message: 'This browser or process has no WebRTC.', cause});
  }
  await device.load({routerRtpCapabilities: routerCapabilities(router)});
  return device;
};
