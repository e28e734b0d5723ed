import {setTimeout as pause} from 'node:timers/promises';
import {connect, type ConnectionState, type Parley, type Room, type SentMessage} from '@parley/client';
import {expect} from 'vitest';
import {signToken, type TestNode} from '../start-node.js';

type Address = Pick<TestNode, 'url'>;

/** One client of the conversation, and everything it was told. */
class Member {
  readonly texts: string[] = [];
  readonly offsets: number[] = [];
  readonly states: ConnectionState[] = [];
  readonly sent: SentMessage[] = [];
  resets = 0;
  readonly parley: Parley;
  readonly room: Room;

  private constructor(parley: Parley, room: Room) {
    this.parley = parley;
    this.room = room;
    room.on('message', ({text, offset}) => {
      this.texts.push(text);
      this.offsets.push(offset);
    });
    room.on('reset', () => {
      this.resets += 1;
    });
    parley.on('state', (state) => this.states.push(state));
  }

  static async join(user: string, nodes: readonly [string, ...string[]]): Promise<Member> {
    const parley = connect({url: nodes, token: () => signToken(user)});
    await parley.ready;
    return new Member(parley, await parley.join('steady', {create: true}));
  }

  /** Whether every time that it came back, its session went on. */
  get resumedAlways(): boolean {
    return this.states.every((state) => state.status !== 'connected' || state.resumed);
  }

  get returns(): number {
    return this.states.filter((state) => state.status === 'connected').length;
  }
}

/** Members spread over nodes; each knows all addresses, its own node's first. */
export class SteadyConversation implements AsyncDisposable {
  readonly members: readonly Member[];

  private constructor(members: readonly Member[]) {
    this.members = members;
  }

  static async open(nodes: readonly Address[], perNode: number): Promise<SteadyConversation> {
    const members: Member[] = [];
    for (let i = 0; i < nodes.length * perNode; i += 1) {
      const first = i % nodes.length;
      const [home, ...others] = [...nodes.slice(first), ...nodes.slice(0, first)].map((node) => node.url);
      members.push(await Member.join(`member${i}`, [home!, ...others]));
    }
    return new SteadyConversation(members);
  }

  /** All members take turns writing, `rate` messages a second in all; `meanwhile` happens after a third of the time. */
  async write(rate: number, seconds: number, meanwhile: () => Promise<void>): Promise<void> {
    const start = performance.now();
    const total = rate * seconds;
    let disaster: Promise<void> | undefined;
    for (let n = 0; n < total; n += 1) {
      const member = this.members[n % this.members.length]!;
      member.sent.push(member.room.send(`message ${n}`));
      if (n === Math.floor(total / 3)) disaster = meanwhile();
      await pause(Math.max(0, start + ((n + 1) * 1_000) / rate - performance.now()));
    }
    await disaster;
  }

  /** Waits until all that was sent is accepted and everybody has it, then holds everybody's log against the others'. */
  async verify(): Promise<void> {
    const sent = this.members.flatMap((member) => member.sent);
    const accepted = await Promise.allSettled(sent.map((message) => message.done));
    expect(accepted.filter((outcome) => outcome.status === 'rejected')).toEqual([]);
    await expect
      .poll(() => this.members.map((member) => member.texts.length), {timeout: 30_000})
      .toEqual(this.members.map(() => sent.length));
    const [reference] = this.members;
    expect(new Set(reference!.texts).size).toBe(sent.length);
    for (const member of this.members) {
      expect(member.texts).toEqual(reference!.texts);
      expect(member.offsets).toEqual([...member.offsets].sort((a, b) => a - b));
      expect(member.resets).toBe(0);
      expect(member.resumedAlways).toBe(true);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.members.map((member) => member.parley.close()));
  }
}
