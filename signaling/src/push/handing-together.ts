import type {SessionId} from '@parley/protocol';
import type {NodeWords, PushToHandOn} from '../nodes/node-words.js';

/** Pushes of one word: its node hands them on within one turn, in which it does nothing else. */
const pushesOfWord = 200;
/** Of their JSON; a word that has reached it has no more. */
const charactersOfWord = 256 * 1_024;

/** A push for sessions of one node. */
export type PushToSessions = PushToHandOn & {readonly sessions: readonly SessionId[]};

interface Gathered {
  readonly pushes: PushToSessions[];
  characters: number;
  readonly answer: Promise<readonly number[]>;
  send(): void;
}

/**
 * Takes pushes to the nodes that have their sessions. Those to one node that are asked for side by side, as the items of a
 * batch are, are one word in the order in which they were asked for. None waits for another that is not there yet.
 */
export class HandingTogether {
  readonly #words: NodeWords;
  readonly #nodes = new Map<string, Gathered>();

  constructor(words: NodeWords) {
    this.#words = words;
  }

  /** How many it reached. Rejects if the node does not answer: then nobody knows. */
  async hand(node: string, push: PushToSessions): Promise<number> {
    const gathered = this.#nodes.get(node) ?? this.#begin(node);
    const place = gathered.pushes.push(push) - 1;
    gathered.characters += push.json.length;
    if (gathered.pushes.length >= pushesOfWord || gathered.characters >= charactersOfWord) gathered.send();
    return (await gathered.answer)[place] ?? 0;
  }

  #begin(node: string): Gathered {
    const pushes: PushToSessions[] = [];
    let send = (): void => undefined;
    const answer = new Promise<readonly number[]>((resolve) => {
      send = () => {
        if (this.#nodes.get(node) !== gathered) return;
        this.#nodes.delete(node);
        resolve(this.#words.ask(node, 'hub.push.sessions', {pushes}).then(({reached}) => reached));
      };
    });
    const gathered: Gathered = {pushes, characters: 0, answer, send};
    this.#nodes.set(node, gathered);
    // After everything else that is due in this turn already.
    queueMicrotask(send);
    return gathered;
  }
}
