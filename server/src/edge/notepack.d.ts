/** MessagePack as Socket.IO's Redis emitters speak it; the package has no types. */
declare module 'notepack.io' {
  /** @throws {Error} if the bytes are malformed, or more than one value. */
  export function decode(bytes: Uint8Array): unknown;
  export function encode(value: unknown): Buffer;
}
