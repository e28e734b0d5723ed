/** Options of the scenarios that have a crowd in one room. */
export const crowdOptions = ({clients, nodes, rate}: {clients: number; nodes: number; rate: number}) =>
  ({
    clients: {about: 'clients, all in one room', default: clients, least: 1, most: 20_000},
    users: {about: 'users that they are spread over; 0: each its own', default: 0, least: 0, most: 20_000},
    nodes: {about: 'nodes', default: nodes, least: 1, most: 9},
    rate: {about: 'messages per second', default: rate, least: 0.1, most: 10_000},
    accepts: {about: 'handshakes that a node takes in per second', default: 500, least: 0, most: 1_000_000},
  }) as const;
