import type {ConnectionQuality} from '@parley/client';
import type {JSX} from 'preact';

const bars = {poor: 1, fair: 2} as const;

const why = {
  uplink: {own: 'what you send does not all arrive', other: 'what they send does not all arrive'},
  downlink: {own: 'what you are sent does not all arrive', other: 'what they are sent does not all arrive'},
  delay: {own: 'everything reaches you late', other: 'everything reaches them late'},
  bandwidth: {
    own: 'there is no room for all of the video',
    other: 'there is no room for all of the video that they see',
  },
} as const;

/** One sentence: how well somebody is connected, and why no better. */
export function qualitySentence(
  {quality, reasons}: Pick<ConnectionQuality, 'quality' | 'reasons'>,
  own: boolean,
): string {
  const begin = `${own ? 'Your' : 'Their'} connection is ${quality === 'poor' ? 'poor' : 'unsteady'}`;
  const causes = reasons.map((reason) => why[reason][own ? 'own' : 'other']);
  return causes.length === 0 ? `${begin}.` : `${begin}: ${causes.join(', and ')}.`;
}

interface QualityBarsProps {
  readonly own: boolean;
  readonly quality: ConnectionQuality | undefined;
}

/** Nothing while the connection is good. */
export function QualityBars({own, quality}: QualityBarsProps): JSX.Element | null {
  if (quality === undefined || quality.quality === 'good') return null;
  const sentence = qualitySentence(quality, own);
  const lit = bars[quality.quality];
  return (
    <span class={`tile__quality tile__quality--${quality.quality}`} title={sentence} data-testid="quality">
      <svg viewBox="0 0 14 12" aria-hidden="true">
        {[0, 1, 2].map((bar) => (
          <rect
            key={bar}
            x={bar * 5}
            y={8 - bar * 4}
            width="3"
            height={4 + bar * 4}
            rx="1"
            opacity={bar < lit ? 1 : 0.3}
          />
        ))}
      </svg>
      <span class="quiet">{sentence} </span>
    </span>
  );
}
