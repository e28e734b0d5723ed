import {z} from 'zod';

const firstMoment = 1_000_000_000_000;
const lastMoment = 8_640_000_000_000_000;

/** Milliseconds since the Unix epoch. Whoever gives seconds is told, instead of having said something else. */
export const moment = z.number().int().min(firstMoment, 'must be in milliseconds since the Unix epoch').max(lastMoment);
