import type {MediaEvent} from '../ports.js';
import type {PartMedia} from './part.js';

/** What nodes ask of one another about parts of calls. */
export const methods = {
  /** To carry a part of a call. */
  open: 'media.open',
  /** Something of a part, which is answered when it is done. */
  ask: 'media.ask',
  /** Whether the part is there, and what it said that was not heard. */
  check: 'media.check',
} as const;

/** The topic of what happens to a part by itself, to the node that runs the call. */
export const newsTopic = 'media.news';

type Verb = Exclude<keyof PartMedia, 'close'>;

const verbs: Readonly<Record<Verb, true>> = {
  createTransport: true,
  connectTransport: true,
  restartIce: true,
  limitIncoming: true,
  limitOutgoing: true,
  closeTransport: true,
  produce: true,
  pauseProducer: true,
  resumeProducer: true,
  closeProducer: true,
  consume: true,
  pauseConsumer: true,
  resumeConsumer: true,
  setConsumer: true,
  closeConsumer: true,
  produceData: true,
  closeDataProducer: true,
  consumeData: true,
  resumeDataConsumer: true,
  closeDataConsumer: true,
  followLevels: true,
  openPipe: true,
  connectPipe: true,
  closePipe: true,
  send: true,
  take: true,
  sendData: true,
  takeData: true,
  stopSending: true,
};

/** A method of `PartMedia` with its arguments; `close` is the end of the part. */
export interface Deed {
  readonly part: string;
  readonly verb: Verb | 'close';
  readonly args: readonly unknown[];
}

/** Numbered from 1 within the part. */
export interface News {
  readonly number: number;
  readonly event: MediaEvent;
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (word: unknown): Fields => (typeof word === 'object' && word !== null ? {...word} : {});
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);
const isVerb = (value: unknown): value is Deed['verb'] =>
  typeof value === 'string' && (value === 'close' || Object.hasOwn(verbs, value));
const garbled = (what: string): Error => new TypeError(`garbled word between nodes: ${what}`);

export function readOpening(word: unknown): {readonly part: string; readonly call: string} {
  const {part, call} = fieldsOf(word);
  if (!isText(part) || !isText(call)) throw garbled(methods.open);
  return {part, call};
}

/** What the arguments are the node that asks has seen to: they are its own, or were parsed when they came from a client. */
export function readDeed(word: unknown): Deed {
  const {part, verb, args} = fieldsOf(word);
  if (!isText(part) || !isVerb(verb) || !Array.isArray(args)) throw garbled(methods.ask);
  return {part, verb, args: args as readonly unknown[]};
}

export function readCheck(word: unknown): {readonly part: string; readonly heard: number} {
  const {part, heard} = fieldsOf(word);
  if (!isText(part) || !isNumber(heard)) throw garbled(methods.check);
  return {part, heard};
}

/** Undefined if the part is not there any more. */
export function readMissed(word: unknown): readonly News[] | undefined {
  const {missed} = fieldsOf(word);
  return Array.isArray(missed) ? missed.map(readOne) : undefined;
}

export function readNews(word: unknown): News & {readonly part: string} {
  const {part} = fieldsOf(word);
  if (!isText(part)) throw garbled(newsTopic);
  return {part, ...readOne(word)};
}

function readOne(word: unknown): News {
  const {number, event} = fieldsOf(word);
  if (!isNumber(number) || !isText(fieldsOf(event)['kind'])) throw garbled(newsTopic);
  return {number, event: event as MediaEvent};
}
