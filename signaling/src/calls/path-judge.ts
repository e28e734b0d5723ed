import type {callNews} from '@parley/protocol';
import type {PathMeasure, PathSide} from '../ports.js';

export type Verdict = Omit<callNews.ConnectionQuality, 'peer'>;
type Grade = Verdict['quality'];

/** What of the video that a peer is to be shown its path does not carry: `small`, less than wished; `none` of some. */
export type Lacking = 'nothing' | 'small' | 'none';

/** Packets lost of a hundred: speech is repaired up to the first, and breaks from the second on. */
const fairLoss = 0.03;
const poorLoss = 0.1;
/** There and back: from the first on people interrupt one another, from the second on they wait for one another. */
const fairDelayMs = 300;
const poorDelayMs = 700;
/** Of 10. */
const fairScore = 7;
const poorScore = 4;

/** One bad measure is a hiccup; what became good must stay so for a while. */
const worseAfter = 2;
const betterAfter = 5;

const order: readonly Grade[] = ['good', 'fair', 'poor'];
const reasons = ['uplink', 'downlink', 'delay', 'bandwidth'] as const;

/** How well one peer is connected, as people notice it: it does not flap with each measure. */
export class PathJudge {
  readonly #grades = {
    uplink: new SteadyGrade(),
    downlink: new SteadyGrade(),
    delay: new SteadyGrade(),
    bandwidth: new SteadyGrade(),
  };
  #verdict: Verdict = {quality: 'good', reasons: []};

  get verdict(): Verdict {
    return this.#verdict;
  }

  /** True if the verdict is another one now. */
  add({up, down, roundTripMs = 0}: PathMeasure, lacking: Lacking): boolean {
    const {uplink, downlink, delay, bandwidth} = this.#grades;
    uplink.add(gradeOf(up));
    downlink.add(gradeOf(down));
    delay.add(roundTripMs >= poorDelayMs ? 'poor' : roundTripMs >= fairDelayMs ? 'fair' : 'good');
    bandwidth.add(lacking === 'none' ? 'poor' : lacking === 'small' ? 'fair' : 'good');
    const named = reasons.filter((reason) => this.#grades[reason].stands !== 'good');
    const isPoor = named.some((reason) => this.#grades[reason].stands === 'poor');
    const quality = isPoor ? 'poor' : named.length > 0 ? 'fair' : 'good';
    if (quality === this.#verdict.quality && named.join() === this.#verdict.reasons.join()) return false;
    this.#verdict = {quality, reasons: named};
    return true;
  }
}

/** What stands until measures in a row were all worse, or all better: then the nearest to it among them. */
class SteadyGrade {
  #stands = 0;
  /** How far from what stands each of them was: above 0, if worse. */
  #row: number[] = [];

  get stands(): Grade {
    return order[this.#stands] ?? 'poor';
  }

  add(grade: Grade): void {
    const away = order.indexOf(grade) - this.#stands;
    if (away === 0 || away * (this.#row[0] ?? away) < 0) this.#row = [];
    if (away !== 0) this.#row.push(away);
    if (this.#row.length < (away > 0 ? worseAfter : betterAfter)) return;
    this.#stands += away > 0 ? Math.min(...this.#row) : Math.max(...this.#row);
    this.#row = [];
  }
}

function gradeOf({loss, score = 10}: PathSide = {loss: 0, score: undefined}): Grade {
  if (loss >= poorLoss || score <= poorScore) return 'poor';
  return loss >= fairLoss || score <= fairScore ? 'fair' : 'good';
}
