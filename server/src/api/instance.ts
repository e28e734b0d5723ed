import type {IncomingMessage, ServerResponse} from 'node:http';
import type {FastifyInstance, RawServerDefault} from 'fastify';
import type {ZodTypeProvider} from 'fastify-type-provider-zod';
import type {Logger} from '../observability/logger.js';

/** The HTTP server as routes see it: their schemas are zod's, their log is ours. */
export type Api = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, Logger, ZodTypeProvider>;
