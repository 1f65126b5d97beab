/** A sum as large as its place allows: never over the edge, never in two lines. */
import type { ComponentChildren } from 'preact';

/** Draws `text` by `children`; its size is the style sheet's `--largest`, or what fits the place (base.css). */
export function Fit({ text, children }: { text: string; children?: (text: string) => ComponentChildren }) {
  return (
    <div class="fit" style={{ '--characters': String(text.length) }}>
      {children ? children(text) : <span>{text}</span>}
    </div>
  );
}

/** The sum that a screen is about. */
export function Sum({ text }: { text: string }) {
  return <Fit text={text}>{(sum) => <p class="money huge">{sum}</p>}</Fit>;
}
