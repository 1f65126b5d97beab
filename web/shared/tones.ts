/** What each sound of a till is made of. Pure; sounds.ts plays it. */
export type Sound = 'success' | 'neutral' | 'failure' | 'attention';

/** Hertz and seconds, one after the other. */
export const TONES: Readonly<Record<Sound, readonly (readonly [hertz: number, seconds: number])[]>> = {
  success: [
    [880, 0.12],
    [1_319, 0.25],
  ],
  neutral: [[587, 0.18]],
  failure: [
    [330, 0.2],
    [220, 0.35],
  ],
  attention: [
    [740, 0.14],
    [0, 0.08],
    [740, 0.14],
    [0, 0.08],
    [740, 0.14],
  ],
};
