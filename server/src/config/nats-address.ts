const schemes = new Set(['nats:', 'tls:']);

/** Whether it is an address such as `nats://user:password@host:4222`, `nats://token@host`, or `tls://…`. */
export function isNatsAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const {protocol, hostname, pathname, search, hash} = new URL(text);
  return schemes.has(protocol) && hostname !== '' && /^\/?$/.test(pathname) && search === '' && hash === '';
}
