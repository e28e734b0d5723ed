import type {ComponentChildren, JSX} from 'preact';
import {useId, useLayoutEffect, useRef} from 'preact/hooks';
import {IconButton} from './icon.js';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly testId?: string;
  readonly children: ComponentChildren;
}

/** A modal dialog. The browser's own keeps focus inside, closes on Escape and gives focus back. */
export function Dialog({title, onClose, wide, testId, children}: DialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  // Before the browser acts on `autofocus`: it must still know where focus was, to give it back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  return (
    <dialog
      ref={dialog}
      class={wide === true ? 'dialog dialog--wide' : 'dialog'}
      aria-labelledby={titleId}
      data-testid={testId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        // The backdrop belongs to the dialog element itself; its content does not.
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div class="dialog__head">
        <h2 class="dialog__title" id={titleId}>
          {title}
        </h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </div>
      <div class="dialog__body">{children}</div>
    </dialog>
  );
}
