import {createReadStream} from 'node:fs';
import type {RecordingStore} from '@parley/media';
import type {S3Config} from '../config/config.js';

/** Of each file so much is held in memory at a time, in so many requests. */
const partBytes = 8 * 1_024 ** 2;
const partsAtOnce = 2;
const maxAttempts = 5;

const mediaTypes: Readonly<Record<string, string>> = {
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  json: 'application/json',
};

/**
 * Keeps recordings in a bucket of Amazon S3, or of what speaks its protocol (MinIO, Ceph, Garage, R2). Large files go in parts;
 * requests that fail are repeated with back-off, and what was begun of a file that is given up is taken back.
 *
 * The library is loaded here, by those alone who have a bucket: it is larger than the rest of the server.
 */
export async function s3Recordings({bucket, endpoint, region, prefix, credentials}: S3Config): Promise<RecordingStore> {
  const [{S3Client}, {Upload}] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]);
  const client = new S3Client({
    region,
    maxAttempts,
    // What speaks S3 elsewhere often knows neither buckets as host names nor checksums at a body's end.
    ...(endpoint !== undefined && {endpoint, forcePathStyle: true}),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    ...(credentials !== undefined && {credentials}),
  });
  return {
    put: async (name, file, signal) => {
      signal.throwIfAborted();
      const upload = new Upload({
        client,
        params: {
          Bucket: bucket,
          Key: `${prefix}${name}`,
          Body: createReadStream(file),
          ContentType: mediaTypes[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
        },
        partSize: partBytes,
        queueSize: partsAtOnce,
      });
      const onAbort = (): void => void upload.abort();
      signal.addEventListener('abort', onAbort, {once: true});
      try {
        await upload.done();
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
}
