import type {JSX} from 'preact';
import {useEffect, useRef} from 'preact/hooks';

interface PictureProps {
  readonly track: MediaStreamTrack;
  /** People know themselves from mirrors. */
  readonly mirrored: boolean;
  readonly whole: boolean;
  readonly label: string;
}

/** A video track, without its sound. */
export function Picture({track, mirrored, whole, label}: PictureProps): JSX.Element {
  const video = useRef<HTMLVideoElement>(null);

  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    element.srcObject = new MediaStream([track]);
    // Muted videos may always play; one that is removed before it began rejects, and nobody misses it.
    element.play().catch(() => undefined);
    return () => {
      element.srcObject = null;
    };
  }, [track]);

  const classes = ['picture', mirrored && 'picture--mirrored', whole && 'picture--whole'];
  return (
    <video
      ref={video}
      class={classes.filter(Boolean).join(' ')}
      muted
      playsInline
      disablePictureInPicture
      aria-label={label}
      data-testid="video"
    />
  );
}
