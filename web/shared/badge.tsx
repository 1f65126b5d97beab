/** A word with a colour that says how good it is. */
import type { ComponentChildren } from 'preact';
import type { Tone } from './status-tones.ts';

export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}
