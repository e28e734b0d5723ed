import type {ServiceError} from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import type {Told} from './door.js';

/** As google/rpc/status.proto and google/rpc/error_details.proto say it. */
const {root} = protobuf.parse(`
  syntax = "proto3";
  package google.rpc;
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
  message BadRequest {
    message FieldViolation { string field = 1; string description = 2; }
    repeated FieldViolation field_violations = 1;
  }
`);

const read = (type: string, bytes: Uint8Array): Record<string, unknown> => {
  const found = root.lookupType(`google.rpc.${type}`);
  return found.toObject(found.decode(bytes), {longs: Number, defaults: false});
};

interface Details {
  readonly metadata?: {readonly code: string};
  readonly retryDelay?: {readonly seconds?: number; readonly nanos?: number};
  readonly fieldViolations?: readonly {readonly field: string}[];
}

/** What a refusal says by Google's rich error model; one without it says nothing but its status. */
export function readDetails(error: ServiceError): Told {
  const [packed] = error.metadata.get('grpc-status-details-bin');
  if (!(packed instanceof Buffer)) return {code: `status ${error.code}`};
  const {code, details} = read('Status', packed) as {
    code: number;
    details: {typeUrl: string; value: Uint8Array}[];
  };
  const outside: number = error.code;
  if (code !== outside) throw new Error(`The status is ${error.code} outside and ${code} inside.`);
  const all: Details = {};
  for (const {typeUrl, value} of details) {
    Object.assign(all, read(typeUrl.replace('type.googleapis.com/google.rpc.', ''), value));
  }
  const {retryDelay, fieldViolations, metadata} = all;
  const retryAfterMs =
    retryDelay && (retryDelay.seconds ?? 0) * 1_000 + Math.round((retryDelay.nanos ?? 0) / 1_000_000);
  const field = fieldViolations?.[0]?.field;
  return {
    code: metadata?.code ?? '',
    ...(field !== undefined && {field}),
    ...(retryAfterMs !== undefined && {retryAfterMs}),
  };
}
