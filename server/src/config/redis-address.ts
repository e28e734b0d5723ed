const schemes = new Set(['redis:', 'rediss:']);

/** Whether it is an address such as `redis://user:password@host:port/0`, or `rediss://…`. */
export function isRedisAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const {protocol, hostname, pathname, search, hash} = new URL(text);
  return schemes.has(protocol) && hostname !== '' && /^(\/\d{0,4})?$/.test(pathname) && search === '' && hash === '';
}
