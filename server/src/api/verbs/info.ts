import {protocolFloor, protocolVersion} from '@parley/protocol';
import {z} from 'zod';
import {nothingElse, verb} from './verb.js';

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
        clients: z.boolean().meta({description: 'Whether clients connect to it.'}),
        leaving: z.boolean().meta({description: 'Whether it hands its clients over and will be gone.'}),
        startedAt: z.number().int().min(0).meta({description: 'Milliseconds since the Unix epoch.'}),
      }),
    )
    .meta({description: 'Live nodes of the cluster, this one included; at most one heartbeat old.'}),
  calls: z.strictObject({available: z.boolean(), reason: z.string().optional()}),
});

export const getInfo = verb({
  name: 'info.get',
  area: 'node',
  summary: 'What runs here',
  effect: 'reads',
  names: {},
  input: nothingElse,
  output: info,
  run: (_names, _input, {facts}) => {
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
});
