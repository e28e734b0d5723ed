import type {Backstage, MediaEngine, NodeInfo} from '@parley/signaling';
import type {WebhookAdministration} from '../../webhooks/webhooks.js';

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

/** What verbs are done on. */
export interface House {
  readonly backstage: Backstage;
  readonly webhooks: WebhookAdministration;
  readonly facts: NodeFacts;
}
