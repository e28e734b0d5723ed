const longest = 48;

/**
 * A room's id made from its title: `Café & Bar` becomes `cafe-bar`. Titles without Latin letters or digits get an id by
 * chance, which others find by the title.
 */
export function roomIdFor(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? `room-${Math.random().toString(36).slice(2, 10)}` : plain;
}
