import {Metadata, status, type ServerErrorResponse} from '@grpc/grpc-js';
import {errorCatalogue, toWireError, type WireError} from '@parley/protocol';
import protobuf from 'protobufjs';

/** The catalogue's code, the offending field and the time to wait, for whoever does not read details. */
const codeKey = 'parley-code';
const fieldKey = 'parley-field';
const retryAfterKey = 'parley-retry-after-ms';
export const correlationKey = 'x-request-id';
const detailsKey = 'grpc-status-details-bin';

const statuses: ReadonlyMap<string, status> = new Map(
  Object.entries(status).flatMap(([name, code]) => (typeof code === 'number' ? [[name, code]] : [])),
);

const textMap: protobuf.IMapField = {keyType: 'string', type: 'string', id: 3};

/** The part of Google's rich error model that is used: the envelope, and three of its standard details. */
const model = protobuf.Root.fromJSON({
  nested: {
    Any: {fields: {type_url: {type: 'string', id: 1}, value: {type: 'bytes', id: 2}}},
    Status: {
      fields: {
        code: {type: 'int32', id: 1},
        message: {type: 'string', id: 2},
        details: {rule: 'repeated', type: 'Any', id: 3},
      },
    },
    ErrorInfo: {
      fields: {
        reason: {type: 'string', id: 1},
        domain: {type: 'string', id: 2},
        metadata: textMap,
      },
    },
    Duration: {fields: {seconds: {type: 'int64', id: 1}, nanos: {type: 'int32', id: 2}}},
    RetryInfo: {fields: {retry_delay: {type: 'Duration', id: 1}}},
    FieldViolation: {fields: {field: {type: 'string', id: 1}, description: {type: 'string', id: 2}}},
    BadRequest: {fields: {field_violations: {rule: 'repeated', type: 'FieldViolation', id: 1}}},
  },
});

const encode = (type: string, fields: object): Uint8Array => {
  const found = model.lookupType(type);
  return found.encode(found.fromObject(fields)).finish();
};

const detail = (type: 'ErrorInfo' | 'RetryInfo' | 'BadRequest', fields: object) => ({
  type_url: `type.googleapis.com/google.rpc.${type}`,
  value: encode(type, fields),
});

/**
 * From anything thrown to a status: that of the catalogue, with the code as `reason` of google.rpc.ErrorInfo, the offending field
 * as google.rpc.BadRequest, the time to wait as google.rpc.RetryInfo, and all three in plain trailing metadata.
 */
export function toStatus(thrown: unknown, correlationId: string): ServerErrorResponse {
  const error = toWireError(thrown);
  const code = statuses.get(errorCatalogue[error.code].grpc) ?? status.UNKNOWN;
  const metadata = new Metadata();
  metadata.set(codeKey, error.code);
  // Fields are named by their sender, and metadata is ASCII.
  if (error.field !== undefined && /^[\x21-\x7e]{1,200}$/.test(error.field)) metadata.set(fieldKey, error.field);
  if (error.retryAfterMs !== undefined) metadata.set(retryAfterKey, String(error.retryAfterMs));
  metadata.set(correlationKey, correlationId);
  metadata.set(detailsKey, Buffer.from(encode('Status', {code, message: error.message, details: detailsOf(error)})));
  return Object.assign(new Error(error.message), {code, details: error.message, metadata});
}

function detailsOf({code, message, retryable, field, retryAfterMs}: WireError): object[] {
  const details = [
    detail('ErrorInfo', {
      reason: code.toUpperCase(),
      domain: 'parley',
      metadata: {code, retryable: String(retryable), ...(field !== undefined && {field})},
    }),
  ];
  if (field !== undefined) {
    details.push(detail('BadRequest', {field_violations: [{field, description: message}]}));
  }
  if (retryAfterMs !== undefined) {
    const seconds = Math.floor(retryAfterMs / 1_000);
    details.push(detail('RetryInfo', {retry_delay: {seconds, nanos: (retryAfterMs % 1_000) * 1_000_000}}));
  }
  return details;
}
