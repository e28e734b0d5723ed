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
const isWorse = (one: Grade, other: Grade): boolean => order.indexOf(one) > order.indexOf(other);

/** How well one peer is connected, as people notice it: it does not flap with each measure. */
export class PathJudge {
  #verdict: Verdict = {quality: 'good', reasons: []};
  #differs = 0;

  get verdict(): Verdict {
    return this.#verdict;
  }

  /** True if the verdict is another one now. */
  add(measure: PathMeasure, lacking: Lacking): boolean {
    const now = judge(measure, lacking);
    const {quality, reasons} = this.#verdict;
    if (now.quality === quality && now.reasons.join() === reasons.join()) {
      this.#differs = 0;
      return false;
    }
    this.#differs += 1;
    if (this.#differs < (isWorse(now.quality, quality) ? worseAfter : betterAfter)) return false;
    this.#differs = 0;
    this.#verdict = now;
    return true;
  }
}

function judge({up, down, roundTripMs = 0}: PathMeasure, lacking: Lacking): Verdict {
  const grades: Readonly<Record<callNews.QualityReason, Grade>> = {
    uplink: gradeOf(up),
    downlink: gradeOf(down),
    delay: roundTripMs >= poorDelayMs ? 'poor' : roundTripMs >= fairDelayMs ? 'fair' : 'good',
    bandwidth: lacking === 'none' ? 'poor' : lacking === 'small' ? 'fair' : 'good',
  };
  const named = (['uplink', 'downlink', 'delay', 'bandwidth'] as const).filter((reason) => grades[reason] !== 'good');
  const quality = named.some((reason) => grades[reason] === 'poor') ? 'poor' : named.length > 0 ? 'fair' : 'good';
  return {quality, reasons: named};
}

function gradeOf({loss, score = 10}: PathSide = {loss: 0, score: undefined}): Grade {
  if (loss >= poorLoss || score <= poorScore) return 'poor';
  return loss >= fairLoss || score <= fairScore ? 'fair' : 'good';
}
