import {BlockList, isIP} from 'node:net';
import type {HttpResponse} from 'uWebSockets.js';
import type {RequestSnapshot} from './request-snapshot.js';

/**
 * Whose address counts: the TCP peer's, unless it is a trusted proxy; then that of the PROXY protocol, if the proxy
 * speaks it, and then the last address in `X-Forwarded-For` that is not a trusted proxy itself. Whatever stands left of
 * that one was written by somebody we do not trust.
 */
export class ClientAddresses {
  readonly #trusted = new BlockList();
  readonly #trustsAny: boolean;

  /** @param trustedProxies addresses and ranges such as `10.0.0.0/8` */
  constructor(trustedProxies: readonly string[]) {
    for (const range of trustedProxies) {
      const [ip = '', bits] = range.split('/');
      const family = familyOf(ip);
      if (bits === undefined) this.#trusted.addAddress(ip, family);
      else this.#trusted.addSubnet(ip, Number(bits), family);
    }
    this.#trustsAny = trustedProxies.length > 0;
  }

  of(response: HttpResponse, request: RequestSnapshot): string {
    const peer = normal(text(response.getRemoteAddressAsText()));
    if (!this.#trustsAny) return peer;
    const chain = request.getHeader('x-forwarded-for').split(',').map(normal);
    const proxied = text(response.getProxiedRemoteAddressAsText());
    if (proxied !== '') chain.push(normal(proxied));
    return this.select(peer, chain);
  }

  /** @param chain addresses as the proxies report them, nearest to us last */
  select(peer: string, chain: readonly string[]): string {
    let address = peer;
    for (const before of chain.toReversed()) {
      // What is no address ends the chain: nobody after it can be believed.
      if (!this.#trusts(address) || isIP(before) === 0) break;
      address = before;
    }
    return address;
  }

  #trusts(address: string): boolean {
    return isIP(address) !== 0 && this.#trusted.check(address, familyOf(address));
  }
}

const familyOf = (ip: string): 'ipv4' | 'ipv6' => (isIP(ip) === 6 ? 'ipv6' : 'ipv4');
const text = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString();

/** One spelling per address: an IPv4 one that came through an IPv6 socket is IPv4, and ports and brackets are dropped. */
function normal(address: string): string {
  const bare = address
    .trim()
    .replace(/^\[([^\]]*)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  const long = bare.replace(/^(0{1,4}:){5}(ffff|FFFF):/, '::ffff:');
  const mapped = /^::ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i.exec(long);
  if (mapped === null) return bare;
  const [, dotted, high = '0', low = '0'] = mapped;
  if (dotted !== undefined) return dotted;
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}
