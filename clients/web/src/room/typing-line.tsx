import type {JSX} from 'preact';

/** Its height stays when nobody types, so that messages do not jump. */
export function TypingLine({names}: {names: readonly string[]}): JSX.Element {
  return (
    <p class="typing" data-testid="typing">
      {names.length > 0 && (
        <>
          <span class="typing__dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {sentence(names)}
        </>
      )}
    </p>
  );
}

function sentence(names: readonly string[]): string {
  const [first, second] = names;
  if (names.length === 1) return `${first ?? ''} is typing`;
  if (names.length === 2) return `${first ?? ''} and ${second ?? ''} are typing`;
  return `${names.length} people are typing`;
}
