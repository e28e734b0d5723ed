import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import {jsonSchemaTransform} from 'fastify-type-provider-zod';
import type {Api} from './instance.js';
import {problemSchema, problemType} from './problem.js';

/** The part of a route's `response` that says what every refusal looks like. */
export const refusals = {
  default: {description: 'A refusal', content: {[problemType]: {schema: problemSchema}}},
} as const;

/** The page loads nothing from elsewhere, runs nothing inline, and nobody may frame it. Its icons are data. */
const pagePolicy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** Describes the routes that are added after it: as OpenAPI 3.1 at `/openapi.json`, and as a page at `/docs`. */
export async function describeApi(api: Api, version: string): Promise<void> {
  await api.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Parley operations API',
        description:
          'Push, history, rooms, groups, calls, presence, sessions, tokens and health. Refusals are problem details (RFC 9457).',
        version,
        license: {name: 'Apache-2.0', identifier: 'Apache-2.0'},
      },
      tags: [
        {name: 'push', description: 'Events from a backend to whoever is connected.'},
        {name: 'rooms', description: 'What rooms hold, and who may do what in them.'},
        {name: 'groups', description: 'Groups of users, which rooms can give a role to.'},
        {name: 'calls', description: 'Who is in calls, and what moderators do there.'},
        {name: 'sessions', description: 'Who is connected.'},
        {name: 'presence', description: 'Who is here.'},
        {name: 'tokens', description: 'Taking tokens back.'},
        {name: 'webhooks', description: 'Who is told of what happens, and what could not be told.'},
        {name: 'watch', description: 'Who is where, as it changes.'},
        {name: 'node', description: 'This node and its cluster.'},
      ],
      components: {securitySchemes: {apiKey: {type: 'http', scheme: 'bearer', description: 'An API key.'}}},
      security: [{apiKey: []}],
    },
    transform: jsonSchemaTransform,
  });
  await api.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    staticCSP: pagePolicy,
    validatorUrl: false,
    theme: {title: 'Parley operations API'},
    // The other layout has a bar that loads other documents, with an inline style.
    uiConfig: {layout: 'BaseLayout', docExpansion: 'list', deepLinking: true, persistAuthorization: false},
  });
  api.get('/openapi.json', {schema: {hide: true}}, () => api.swagger());
}
