import type {MediaEngine} from '@parley/signaling';
import {z} from 'zod';
import type {Api} from '../instance.js';

/** What readiness depends on. */
export interface HealthSources {
  /** Absent on a node that runs alone. */
  readonly redis?: {readonly available: boolean};
  /** Absent if nothing is taken from NATS. */
  readonly nats?: {readonly available: boolean; readonly unavailableReason: string | undefined};
  readonly media: Pick<MediaEngine, 'available' | 'unavailableReason'>;
  /** True from the moment that the node begins to hand its clients over. */
  draining(): boolean;
}

const dependency = z.strictObject({
  usable: z.boolean(),
  required: z.boolean().meta({description: 'Whether the node is ready only with it.'}),
  detail: z.string().optional().meta({description: 'Why it is not usable, and what that means.'}),
});
type Dependency = z.infer<typeof dependency>;

const readiness = z.strictObject({
  status: z.enum(['ready', 'unready', 'draining']),
  dependencies: z.record(z.string(), dependency),
});

type Readiness = z.infer<typeof readiness>;

/** For orchestrators and load balancers: without a key, and answered whatever else is wrong. */
export function healthRoutes(api: Api, sources: HealthSources): void {
  api.get(
    '/live',
    {
      schema: {
        operationId: 'live',
        summary: 'Whether the process runs',
        description: 'A process that does not answer should be restarted.',
        tags: ['node'],
        security: [],
        response: {200: z.strictObject({status: z.literal('live')})},
      },
    },
    () => ({status: 'live' as const}),
  );

  api.get(
    '/ready',
    {
      schema: {
        operationId: 'ready',
        summary: 'Whether to send clients here',
        description: '503 while a required dependency is away or the node drains. Without a media worker it is ready.',
        tags: ['node'],
        security: [],
        response: {200: readiness, 503: readiness},
      },
    },
    (_request, reply): Readiness => {
      const dependencies = dependenciesOf(sources);
      const usable = Object.values(dependencies).every((one) => one.usable || !one.required);
      const status = sources.draining() ? 'draining' : usable ? 'ready' : 'unready';
      reply.code(status === 'ready' ? 200 : 503);
      return {status, dependencies};
    },
  );
}

function dependenciesOf({redis, nats, media}: HealthSources): Record<string, Dependency> {
  return {
    ...(redis && {redis: redisState(redis.available)}),
    ...(nats && {nats: natsState(nats)}),
    media: media.available
      ? {usable: true, required: false}
      : {usable: false, required: false, detail: media.unavailableReason ?? 'Calls are off.'},
  };
}

function redisState(usable: boolean): Dependency {
  if (usable) return {usable, required: true};
  return {usable, required: true, detail: 'Redis does not answer: messages are refused until it is back.'};
}

function natsState({available: usable, unavailableReason: reason}: NonNullable<HealthSources['nats']>): Dependency {
  if (usable) return {usable, required: false};
  return {usable, required: false, detail: `Nothing is taken from NATS: ${reason ?? 'it is away'}.`};
}
