import {z} from 'zod';
import {parse, parseOutermost} from '../parse.js';
import type {Verb} from '../verbs/verb.js';
import {batchAnswer, batchItem} from './batch-items.js';
import {doBatch} from './do-batch.js';

/** Each item is read by its own verb, so that one that is malformed does not spoil the others. */
const envelope = z.strictObject({items: z.array(z.unknown()).min(1)});

const count = (description: string) => z.number().int().min(0).meta({description});

export const batch: Verb = {
  name: 'batch',
  area: 'push',
  summary: 'Do several things in one request',
  description: [
    'Items are done as if each were asked for by itself, with its own scope, rate, idempotency key and audit line; each has its answer, in the order of the items, and one that is refused does not hold up the rest: look at `refused`.',
    'What concerns the same room, or has the same target, is done in the order of the items; the rest side by side.',
    'Pushes with `store` into one room are one exception: they are done together, at the place of the first of them, with nothing between them, or, if one is refused, not at all; the others are answered `batch_aborted` then.',
    'Answers `too_large` above `PARLEY_BATCH_ITEMS` items or `PARLEY_BATCH_SIZE` bytes.',
  ].join(' '),
  effect: 'changes',
  safeToRepeat: false,
  isBatch: true,
  names: z.strictObject({}),
  input: z.strictObject({items: z.array(batchItem).min(1)}),
  output: z.strictObject({
    answers: z.array(batchAnswer),
    done: count('Items that were done.'),
    refused: count('Items that have a `problem`.'),
  }),
  ask: (names, input) => {
    parse(z.strictObject({}), names);
    const {items} = parseOutermost(envelope, input);
    return {
      target: {items: items.length},
      room: undefined,
      intoFeed: undefined,
      run: (house, visitor) => doBatch(items, house, visitor),
    };
  },
};
