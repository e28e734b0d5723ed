import {errorCatalogue} from '@parley/protocol';
import fc from 'fast-check';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {grpcVerbs} from '../../src/api/grpc/grpc-verbs.js';
import {serviceOf} from '../../src/api/grpc/protos.js';
import {grpcClient, withKey, type GrpcClient} from './contract/grpc-door.js';
import {openHouse, type OpenHouse} from './contract/open-house.js';
import {apiKey} from './open-ops.js';

let house: OpenHouse;
let grpc: GrpcClient;
beforeAll(async () => {
  house = await openHouse();
  grpc = grpcClient(house.grpcAddress);
});
afterAll(async () => {
  await grpc[Symbol.asyncDispose]();
  await house[Symbol.asyncDispose]();
});

/** What is answered to the bytes of a message: `ok`, or a code. */
const send = (service: string, method: string, message: Buffer): Promise<unknown> =>
  new Promise((resolve) => {
    grpc.client.makeUnaryRequest(
      `/parley.v1.${service}/${method}`,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      message,
      withKey(apiKey),
      (error) => {
        resolve(error === null ? 'ok' : error.metadata.get('parley-code')[0]);
      },
    );
  });

const anyVerb = fc.constantFrom(...grpcVerbs);

test('[OPS8] no bytes are a defect: every message is served, or refused with a code', async () => {
  await fc.assert(
    fc.asyncProperty(anyVerb, fc.uint8Array({maxLength: 200}), async ({service, method}, bytes) => {
      const answer = await send(service, method, Buffer.from(bytes));
      expect(['ok', 'invalid_payload']).toContain(answer);
    }),
    {numRuns: 150},
  );
});

const word = fc.oneof(fc.string(), fc.constantFrom('den', 'ana', 'staff', 'owner', '', '__proto__', '{"a":[1]}', '['));
const value = fc.oneof(word, fc.nat(), fc.boolean(), fc.array(word, {maxLength: 3}));

test('[OPS8] no message of the right fields with wrong values is a defect', async () => {
  await fc.assert(
    fc.asyncProperty(anyVerb, fc.infiniteStream(value), async ({service, method}, values) => {
      const {requestType, requestSerialize} = serviceOf(service)[method] ?? {};
      const {field} = requestType?.type as {field: {name: string}[]};
      const message = Object.fromEntries(field.map(({name}) => [name, values.next().value]));
      let bytes: Buffer;
      try {
        bytes = requestSerialize?.(message) ?? Buffer.alloc(0);
      } catch {
        // No client could have sent it.
        return;
      }
      const answer = await send(service, method, bytes);
      expect(answer === 'ok' || Object.hasOwn(errorCatalogue, String(answer)), String(answer)).toBe(true);
      expect(answer).not.toBe('internal');
    }),
    {numRuns: 150},
  );
});
