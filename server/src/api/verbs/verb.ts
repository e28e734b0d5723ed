import type {PushRequest} from '@parley/signaling';
import {z} from 'zod';
import {parse} from '../parse.js';
import type {Visitor} from '../visitor.js';
import type {House} from './house.js';

/** Headings under which verbs are described. */
export type Area = 'push' | 'rooms' | 'groups' | 'calls' | 'sessions' | 'presence' | 'tokens' | 'webhooks' | 'node';

/**
 * Something that a backend may ask for, described once and without regard to the door it comes through.
 *
 * - `name`: unique, dotted; also what API keys are scoped by, and what the audit log says.
 * - `names`: fields that say what it is about (`room`, `user`, …). Doors may have a place of their own for them, such as a path.
 * - `input`: the other fields.
 * - `output`: null if there is nothing to say but that it is done.
 * - `effect`: what `changes` something is written to the audit log.
 * - `safeToRepeat`: whether doing it twice comes to the same as doing it once.
 */
interface VerbDescription<
  Names extends z.ZodRawShape = z.ZodRawShape,
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  readonly name: string;
  readonly area: Area;
  readonly summary: string;
  /** Markdown. */
  readonly description?: string;
  readonly effect: 'reads' | 'changes';
  readonly safeToRepeat: boolean;
  /** It is nothing by itself but other verbs in one request. */
  readonly isBatch?: true;
  readonly names: z.ZodObject<Names>;
  readonly input: Input;
  readonly output: Output;
}

/** A verb with parameters that are what they must be. */
export interface Request {
  /** What it concerns, for the audit log: ids, never contents. */
  readonly target: Readonly<Record<string, unknown>>;
  /** The one room that it concerns, if it concerns nothing else. */
  readonly room: string | undefined;
  /** The push into a room's feed that it is: several of one room can be done together. */
  readonly intoFeed: PushRequest | undefined;
  /** Rejects with a ParleyError. The answer is what `output` describes. */
  run(house: House, visitor: Visitor): Promise<unknown>;
}

export interface Verb extends VerbDescription {
  /** Throws `invalid_payload` with the name of the first field that is not what it must be. */
  ask(names: unknown, input: unknown): Request;
}

interface VerbParts<Names extends z.ZodRawShape, Input extends z.ZodType, Output extends z.ZodType> extends Omit<
  VerbDescription<Names, Input, Output>,
  'names' | 'safeToRepeat'
> {
  readonly names: Names;
  /** Unless it is said otherwise, it is. */
  readonly safeToRepeat?: boolean;
  /** What it concerns besides what `names` says. */
  target?(input: z.output<Input>): {readonly room?: string} & Readonly<Record<string, unknown>>;
  intoFeed?(input: z.output<Input>): PushRequest | undefined;
  run(
    names: z.output<z.ZodObject<Names, z.core.$strict>>,
    input: z.output<Input>,
    house: House,
  ): Promise<z.input<Output>> | z.input<Output>;
}

/** The input of verbs that take none. */
export const nothingElse = z.strictObject({}).optional();

/** A verb from its description and how it is done. */
export function verb<Names extends z.ZodRawShape, Input extends z.ZodType, Output extends z.ZodType>(
  parts: VerbParts<Names, Input, Output>,
): Verb {
  const {name, area, summary, description, effect, safeToRepeat = true, input, output} = parts;
  const names = z.strictObject(parts.names);
  return {
    name,
    area,
    summary,
    ...(description !== undefined && {description}),
    effect,
    safeToRepeat,
    names,
    input,
    output,
    ask(givenNames, givenInput) {
      const about = parse(names, givenNames);
      const rest = parse(input, givenInput);
      const target: Record<string, unknown> = {...about, ...parts.target?.(rest)};
      const {room} = target;
      return {
        target,
        room: typeof room === 'string' ? room : undefined,
        intoFeed: parts.intoFeed?.(rest),
        run: async (house) => parts.run(about, rest, house),
      };
    },
  };
}

/** Fields that came together, as a verb takes them. */
export function parted(verb: Verb, fields: Readonly<Record<string, unknown>>): {names: object; input: object} {
  const isName = ([field]: [string, unknown]): boolean => field in verb.names.shape;
  const all = Object.entries(fields);
  return {
    names: Object.fromEntries(all.filter(isName)),
    input: Object.fromEntries(all.filter((entry) => !isName(entry))),
  };
}
