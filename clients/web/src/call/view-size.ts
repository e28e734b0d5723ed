import type {View} from '@parley/client';

/** Video that is out of sight for less is not given up: it would take a moment to come back. */
const hiddenAfterMs = 5_000;
/** Sizes are told in steps, so that a window that is being dragged does not tell each of its pixels. */
const step = 32;

/** Follows how large an element is on the screen, in device pixels, and whether it is to be seen. Returns how to stop. */
export function followView(element: HTMLElement, tell: (view: View) => void): () => void {
  let size: View = 'hidden';
  let visible = true;
  let hiding: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(hiding);
    if (visible && !document.hidden) tell(size);
    else hiding = setTimeout(tell, hiddenAfterMs, 'hidden');
  };
  const sizes = new ResizeObserver(([entry]) => {
    if (entry === undefined) return;
    const {width, height} = entry.contentRect;
    size = width > 0 && height > 0 ? {width: inSteps(width), height: inSteps(height)} : 'hidden';
    look();
  });
  const sight = new IntersectionObserver(([entry]) => {
    visible = entry?.isIntersecting ?? true;
    look();
  });
  sizes.observe(element);
  sight.observe(element);
  document.addEventListener('visibilitychange', look);
  return () => {
    clearTimeout(hiding);
    sizes.disconnect();
    sight.disconnect();
    document.removeEventListener('visibilitychange', look);
  };
}

const inSteps = (cssPixels: number): number => Math.ceil((cssPixels * window.devicePixelRatio) / step) * step;
