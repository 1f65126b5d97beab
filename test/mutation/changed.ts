/** Which lines of a file a change has touched. */

/** `diff` is one of `git diff --unified=0`; first and last line of each piece that is there now. */
export function rangesOf(diff: string, file: string): [from: number, to: number][] {
  const part = diff.split(/^diff --git /m).find((text) => text.includes(`\n+++ b/${file}\n`)) ?? '';
  return [...part.matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm)].flatMap(([, from = '', count = '1']) =>
    Number(count) === 0 ? [] : [[Number(from), Number(from) + Number(count) - 1] as [number, number]],
  );
}
