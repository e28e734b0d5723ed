import {createHash} from 'node:crypto';
import {readdirSync, readFileSync} from 'node:fs';
import type {PubSubKind} from './redis-target.js';

/** From `src/cluster` and from `dist/cluster` alike. */
const folder = new URL('../../lua/', import.meta.url);

export interface Script {
  readonly name: string;
  readonly keys: number;
  readonly source: string;
  readonly sha: string;
}

const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

/** How each kind of channel is published to. */
export const publishCommand = {sharded: 'SPUBLISH', classic: 'PUBLISH'} as const satisfies Record<PubSubKind, string>;

/**
 * The scripts of `server/lua` by name: `<name>-<number of keys>.lua`, with every `--@include x` replaced by `include-x.lua` and
 * `PUBLISH` by what the channels need: a sharded channel is in the slot of its script's keys, so that both are at one server.
 */
export function loadScripts(pubSub: PubSubKind): ReadonlyMap<string, Script> {
  const scripts = new Map<string, Script>();
  for (const file of readdirSync(folder)) {
    const parts = /^([a-z-]+)-(\d+)\.lua$/.exec(file);
    if (parts === null) continue;
    const [, name = '', keys = '0'] = parts;
    const source = read(file)
      .replace(/^--@include (\w+)$/gm, (_, part: string) => read(`include-${part}.lua`))
      .replaceAll(`redis.call('PUBLISH'`, `redis.call('${publishCommand[pubSub]}'`);
    scripts.set(name, {name, keys: Number(keys), source, sha: createHash('sha1').update(source).digest('hex')});
  }
  return scripts;
}
