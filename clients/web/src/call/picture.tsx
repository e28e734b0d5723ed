import type {View} from '@parley/client';
import type {JSX} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import {followView} from './view-size.js';

interface PictureProps {
  readonly track: MediaStreamTrack;
  /** People know themselves from mirrors. */
  readonly mirrored: boolean;
  readonly whole: boolean;
  readonly label: string;
  /** Told how large the picture is on the screen, whenever that changes. */
  readonly onView?: ((view: View) => void) | undefined;
}

/** A video track, without its sound. */
export function Picture({track, mirrored, whole, label, onView}: PictureProps): JSX.Element {
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

  const tell = useRef(onView);
  tell.current = onView;
  useEffect(() => {
    const element = video.current;
    return element === null ? undefined : followView(element, (view) => tell.current?.(view));
  }, []);

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
