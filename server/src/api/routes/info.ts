import {protocolFloor, protocolVersion} from '@parley/protocol';
import type {MediaEngine, NodeInfo} from '@parley/signaling';
import {z} from 'zod';
import type {Api} from '../instance.js';
import {refusals} from '../openapi.js';

/** What a node can say of itself and its cluster. */
export interface NodeFacts {
  readonly node: string;
  readonly version: string;
  /** Sessions connected to this node at this moment. */
  connections(): number;
  /** Live nodes, this one included. */
  nodes(): readonly (NodeInfo & {readonly leaving: boolean})[];
  readonly media: Pick<MediaEngine, 'available' | 'unavailableReason'>;
}

const info = z.strictObject({
  node: z.string(),
  version: z.string().meta({description: 'Version of the server.'}),
  protocol: z.strictObject({version: z.number().int(), floor: z.number().int()}),
  connections: z.number().int().min(0).meta({description: 'Sessions connected to this node.'}),
  nodes: z
    .array(
      z.strictObject({
        node: z.string(),
        media: z.boolean().meta({description: 'Whether it has a media worker.'}),
        leaving: z.boolean().meta({description: 'Whether it hands its clients over and will be gone.'}),
        startedAt: z.number().int().min(0).meta({description: 'Milliseconds since the Unix epoch.'}),
      }),
    )
    .meta({description: 'Live nodes of the cluster, this one included; at most one heartbeat old.'}),
  calls: z.strictObject({available: z.boolean(), reason: z.string().optional()}),
});

export function infoRoute(api: Api, facts: NodeFacts): void {
  api.get(
    '/info',
    {
      schema: {
        operationId: 'info',
        summary: 'What runs here',
        tags: ['node'],
        response: {200: info, ...refusals},
      },
    },
    () => {
      const {node, version, media} = facts;
      const {available, unavailableReason: reason} = media;
      return {
        node,
        version,
        protocol: {version: protocolVersion, floor: protocolFloor},
        connections: facts.connections(),
        nodes: facts.nodes().map((other) => ({...other})),
        calls: {available, ...(!available && reason !== undefined && {reason})},
      };
    },
  );
}
