import {expect, test} from 'vitest';
import {layerFor, spatialLayers} from './layers.js';

test('simulcast counts its encodings, SVC what its mode says', () => {
  expect(spatialLayers({encodings: [{ssrc: 1}, {ssrc: 2}, {ssrc: 3}]})).toBe(3);
  expect(spatialLayers({encodings: [{scalabilityMode: 'L3T3_KEY'}]})).toBe(3);
  expect(spatialLayers({encodings: [{scalabilityMode: 'S2T1'}]})).toBe(2);
  expect(spatialLayers({encodings: [{ssrc: 1}]})).toBe(1);
  expect(spatialLayers({})).toBe(1);
});

test('[CALL15] a picture gets the smallest layer that fills it', () => {
  const whole = {width: 1_280, height: 720};
  const at = (width: number): number => layerFor({width, height: (width * 9) / 16}, whole, 3);
  expect([100, 320, 400, 401, 640, 800, 801, 3_000].map(at)).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
  // Turned, and without knowing how large the whole is.
  expect(layerFor({width: 180, height: 320}, whole, 3)).toBe(0);
  expect(layerFor({width: 320, height: 180}, undefined, 3)).toBe(0);
  expect(layerFor({width: 10, height: 10}, whole, 1)).toBe(0);
});
