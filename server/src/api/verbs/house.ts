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

/** How much one batch may hold. */
export interface BatchLimits {
  readonly items: number;
  /** Of one item, as JSON: as much as it may have outside of a batch. */
  readonly itemBytes: number;
}

/** What verbs are done on. */
export interface House {
  readonly batch: BatchLimits;
  readonly backstage: Backstage;
  readonly webhooks: WebhookAdministration;
  readonly facts: NodeFacts;
}
