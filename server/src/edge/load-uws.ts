import type * as UwsModule from 'uWebSockets.js';

/** The transport's native module. */
export type Uws = typeof UwsModule;

/** There is no binary of the transport for this machine. */
export class UnsupportedPlatform extends Error {
  override readonly name = 'UnsupportedPlatform';
}

/**
 * Loads the transport's native binary.
 *
 * @throws {UnsupportedPlatform} with a sentence that says which Node and C library it exists for.
 */
export async function loadUws(load: () => Promise<Uws> = () => import('uWebSockets.js')): Promise<Uws> {
  try {
    return await load();
  } catch (cause) {
    const {node} = process.versions;
    throw new UnsupportedPlatform(
      `Parley's transport (uWebSockets.js) has no binary for Node ${node} on ${process.platform} ${process.arch}: run it on Node 20 or 22 (x64 or arm64) on Linux with glibc 2.27 or newer (Debian 10, Ubuntu 18.04; not Alpine), macOS or Windows; if it is one of these, remove node_modules and run npm ci with the same Node.`,
      {cause},
    );
  }
}
