import type {call as wire, media} from '@parley/protocol';

/** How many spatial layers a track is sent in: encodings of simulcast, or what a scalability mode says (W3C webrtc-svc §5). */
export function spatialLayers({encodings = []}: Pick<media.RtpParameters, 'encodings'>): number {
  if (encodings.length > 1) return encodings.length;
  const [, spatial] = /^[LS]([1-9])T/.exec(encodings[0]?.scalabilityMode ?? '') ?? [];
  return spatial === undefined ? 1 : Number(spatial);
}

/** A little blur is less than what twice the bandwidth costs the others. */
const tolerated = 0.8;
/** What cameras are asked for, where nobody said how large the picture is. */
const usual: wire.PictureSize = {width: 1_280, height: 720};

/**
 * The smallest layer that fills a picture of `shown` pixels, each layer being half as wide and high as the next.
 * The longer sides are compared: a phone that is turned swaps the others.
 */
export function layerFor(shown: wire.PictureSize, whole: wire.PictureSize | undefined, layers: number): number {
  const wanted = longerSide(shown) * tolerated;
  let available = longerSide(whole ?? usual);
  let layer = layers - 1;
  while (layer > 0 && available / 2 >= wanted) {
    available /= 2;
    layer -= 1;
  }
  return layer;
}

const longerSide = ({width, height}: wire.PictureSize): number => Math.max(width, height);
