import type {ServiceDefinition} from '@grpc/proto-loader';
import {ParleyError} from '@parley/protocol';

/** What a message that cannot be decoded is handed on as, so that it is refused in the catalogue's words. */
const refused = Symbol('refused');

/** The service with decoders that do not throw; messages above so many bytes are not decoded. */
export function tolerant(service: ServiceDefinition, mostBytes: number): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(service).map(([name, method]) => {
      const requestDeserialize = (bytes: Buffer): object => {
        if (bytes.length > mostBytes) return {[refused]: new ParleyError('too_large')};
        try {
          return method.requestDeserialize(bytes);
        } catch {
          return {[refused]: new ParleyError('invalid_payload', {message: 'The message cannot be decoded.'})};
        }
      };
      return [name, {...method, requestDeserialize}];
    }),
  );
}

/** Why a message was not decoded, if it was not. */
export function refusalOf(message: object): ParleyError | undefined {
  const refusal: unknown = refused in message ? message[refused] : undefined;
  return refusal instanceof ParleyError ? refusal : undefined;
}
