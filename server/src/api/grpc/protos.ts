import {fileURLToPath} from 'node:url';
import {loadSync, type PackageDefinition, type ServiceDefinition} from '@grpc/proto-loader';

const folder = fileURLToPath(new URL('../../../proto', import.meta.url));

/** Paths below `server/proto`. */
export const protoFiles: readonly string[] = [
  'push',
  'batch',
  'rooms',
  'groups',
  'calls',
  'sessions',
  'presence',
  'webhooks',
  'watch',
  'info',
].map((name) => `parley/v1/${name}.proto`);

const load = (keepCase: boolean): PackageDefinition =>
  loadSync([...protoFiles], {
    includeDirs: [folder],
    keepCase,
    longs: Number,
    enums: String,
    defaults: false,
    arrays: false,
    oneofs: false,
  });

/**
 * The contract of `parley.v1` as `server/proto` says it. Fields are in camel case, as everywhere else; what is not set is
 * absent; numbers are numbers, since none of ours is beyond 2^53.
 */
let protos: PackageDefinition | undefined;

/** The same with the names of fields as they are in the files, for reflection. */
export const describedProtos = (): PackageDefinition => load(true);

/** A service by its name without the package. */
export function serviceOf(name: string): ServiceDefinition {
  // Read when they are first needed: most nodes have no gRPC port.
  protos ??= load(false);
  const found = protos[`parley.v1.${name}`];
  if (found === undefined || 'format' in found) throw new Error(`There is no service ${name} in the .proto files.`);
  return found;
}
