/** The slot of a key in a Redis Cluster; the version that ioredis has brings no types. */
declare module 'cluster-key-slot' {
  const slotOf: (key: string) => number;
  export = slotOf;
}
