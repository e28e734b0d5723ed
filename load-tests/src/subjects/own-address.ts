import {networkInterfaces} from 'node:os';

/** An IPv4 address of this machine that is not its loopback's; what is sent to it stays on the machine all the same. */
export const ownAddress = (): string | undefined =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({family, internal}) => family === 'IPv4' && !internal)?.address;
