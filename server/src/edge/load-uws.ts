import type * as UwsModule from 'uWebSockets.js';

/** The transport's native module. */
export type Uws = typeof UwsModule;

/** There is no binary of the transport for this machine. */
export class UnsupportedPlatform extends Error {
  override readonly name = 'UnsupportedPlatform';
}

/** From this Node on there are binaries of the later release only, which needs a later C library. */
const later = 24;
const major = Number(process.versions.node.split('.')[0]);

const binaryOfThisNode = (): Promise<Uws> =>
  major < later ? import('uWebSockets.js') : import('uWebSockets.js-node-24');

/**
 * Loads the transport's native binary: of all releases of uWebSockets.js the one that exists for this Node.
 *
 * @throws {UnsupportedPlatform} with a sentence that says which Node and C library it exists for.
 */
export async function loadUws(load: () => Promise<Uws> = binaryOfThisNode): Promise<Uws> {
  try {
    return await load();
  } catch (cause) {
    const {node} = process.versions;
    throw new UnsupportedPlatform(
      `Parley's transport (uWebSockets.js) has no binary for Node ${node} on ${process.platform} ${process.arch}: run it on Node 20 or 22 (x64 or arm64) on Linux with glibc 2.27 or newer (Debian 10, Ubuntu 18.04), on Node 24 or 26 with glibc 2.38 or newer (Debian 13, Ubuntu 24.04), not on Alpine, or on macOS or Windows; if it is one of these, remove node_modules and run npm ci with the same Node.`,
      {cause},
    );
  }
}
