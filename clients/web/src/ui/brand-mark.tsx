import type {JSX} from 'preact';

export function BrandMark({small}: {small?: boolean}): JSX.Element {
  return (
    <img
      class={small === true ? 'brand-mark brand-mark--small' : 'brand-mark'}
      src="/favicon.svg"
      alt=""
      width={small === true ? 26 : 44}
      height={small === true ? 26 : 44}
    />
  );
}
