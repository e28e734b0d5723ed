type Json = Readonly<Record<string, unknown>>;

/** What a push to a user says, so that whoever gets it can tell whether it is theirs. */
export interface Addressed {
  readonly to: string;
}

/** What a stored push says. */
export interface Numbered {
  readonly key: string;
}

export const identityOfMessage = (user: string, id: string): string => `message ${user}/${id}`;

export const identityOfPush = ({key}: Numbered): string => `push ${key}`;

/** What a stored event is, whoever sees it: unique but for coming and going. */
export function identityOf(name: string, payload: Json): string {
  switch (name) {
    case 'chat.message':
      return identityOfMessage(String(payload['from']), String(payload['id']));
    case 'push.stored':
      return identityOfPush(payload['data'] as Numbered);
    case 'room.member':
      return `member ${String(payload['user'])} ${String(payload['change'])}`;
    default:
      return `${name} ${String(payload['id'])}`;
  }
}
