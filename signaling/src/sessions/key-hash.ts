import {createHash} from 'node:crypto';

/** What the store keeps of a resume key: SHA-256, hex. A key has 256 bits of chance, so no salt and no stretching. */
export const keyHash = (key: string): string => createHash('sha256').update(key).digest('hex');
