import {errorCatalogue, toWireError, type ErrorCode, type WireError} from '@parley/protocol';
import {z} from 'zod';

export const problemType = 'application/problem+json';

const codes = Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]];

/** RFC 9457 problem details with the catalogue's members: what every refusal of the operations port looks like. */
export const problemSchema = z.strictObject({
  type: z.string().meta({description: '`urn:parley:error:<code>`', example: 'urn:parley:error:invalid_payload'}),
  title: z.string().meta({description: 'What the code means, always the same for it.'}),
  status: z.number().int().min(400).max(599),
  detail: z.string().meta({description: 'What was wrong this time.'}),
  instance: z
    .string()
    .meta({description: '`urn:parley:request:` and the correlation id, as in `X-Request-Id` and the log.'}),
  code: z.enum(codes).meta({description: 'Code of the error catalogue.'}),
  retryable: z.boolean().meta({description: 'Whether the same request may succeed later by itself.'}),
  field: z.string().optional().meta({description: 'Path of the offending field.', example: 'target.room'}),
  retryAfterMs: z.number().int().min(0).optional().meta({description: 'Also as `Retry-After`, in whole seconds.'}),
});
export type Problem = z.infer<typeof problemSchema>;

/** From anything thrown to a problem; `correlationId` makes it findable in the log. */
export function toProblem(thrown: unknown, correlationId: string): Problem {
  const error: WireError = toWireError(thrown);
  const {http, text} = errorCatalogue[error.code];
  return {
    type: `urn:parley:error:${error.code}`,
    title: text,
    status: http,
    detail: error.message,
    instance: `urn:parley:request:${correlationId}`,
    code: error.code,
    retryable: error.retryable,
    ...(error.field !== undefined && {field: error.field}),
    ...(error.retryAfterMs !== undefined && {retryAfterMs: error.retryAfterMs}),
  };
}

/** The header's whole seconds: rounded up, so that whoever obeys it does not come too early. */
export function retryAfterSeconds(retryAfterMs: number): number {
  return Math.ceil(retryAfterMs / 1_000);
}
