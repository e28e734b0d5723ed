import type {ServiceDefinition} from '@grpc/proto-loader';

/** What a message that cannot be decoded is handed on as, so that it is refused in the catalogue's words. */
const malformed = Symbol('malformed');

/** The service with decoders that do not throw. */
export function tolerant(service: ServiceDefinition): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(service).map(([name, method]) => {
      const requestDeserialize = (bytes: Buffer): object => {
        try {
          return method.requestDeserialize(bytes);
        } catch {
          return {[malformed]: true};
        }
      };
      return [name, {...method, requestDeserialize}];
    }),
  );
}

export const isMalformed = (message: object): boolean => malformed in message;
