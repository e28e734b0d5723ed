import type {z} from 'zod';

/** Headings of the reference, in its order. */
export const variableGroups = [
  'network',
  'identity',
  'limits',
  'redis',
  'cluster',
  'media',
  'recording',
  'operations',
] as const;
export type VariableGroup = (typeof variableGroups)[number];

/** One setting: what the environment may say, and what the reference says about it. */
export interface Variable<
  Schema extends z.ZodType = z.ZodType,
  Default extends string | undefined = string | undefined,
> {
  readonly group: VariableGroup;
  /** From the text in the environment to the value; its messages complete the sentence "PARLEY_X …". */
  readonly schema: Schema;
  /** As one would write it in the environment; undefined if there is no value unless it is set. */
  readonly default: Default;
  /** One or two sentences of Markdown. */
  readonly doc: string;
  /** Never shown in full anywhere. */
  readonly secret: boolean;
}

/** The value that a variable has after reading. */
export type ValueOf<V> =
  V extends Variable<infer Schema, infer Default>
    ? Default extends string
      ? z.output<Schema>
      : z.output<Schema> | undefined
    : never;

export function variable<Schema extends z.ZodType, Default extends string | undefined = undefined>(spec: {
  group: VariableGroup;
  schema: Schema;
  default?: Default;
  doc: string;
  secret?: boolean;
}): Variable<Schema, Default> {
  return {secret: false, ...spec, default: spec.default as Default};
}
