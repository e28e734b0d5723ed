/**
 * Who counts as one client to limits by address: an IPv4 address, or the /64 that an IPv6 host may choose its addresses
 * from; otherwise whoever has one would have 2⁶⁴.
 */
export function addressGroup(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const words = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const left = words(head);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - words(tail).length);
  const all = [...left, ...Array.from({length: zeros}, () => '0'), ...words(tail ?? '')];
  return `${all
    .slice(0, 4)
    .map((word) => Number.parseInt(word, 16).toString(16))
    .join(':')}::/64`;
}
