/** What a command prints: lines for people, or with `--json` its result for a program. */
import type { Writable } from 'node:stream';

export interface Output {
  /** Lines for people; nothing with `--json`. */
  say(...lines: string[]): void;
  /** The result for a program; nothing without `--json`. */
  tell(value: unknown): void;
}

export function outputTo(stdout: Writable, isJson: boolean): Output {
  return {
    say: (...lines) => {
      if (!isJson) stdout.write(`${lines.join('\n')}\n`);
    },
    tell: (value) => {
      if (isJson) stdout.write(`${JSON.stringify(value)}\n`);
    },
  };
}

/** The table of exit codes, as `--help` ends with it. */
export function exitCodeLines(codes: readonly (readonly [code: number, meaning: string])[]): string[] {
  return ['Exit codes:', ...codes.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`)];
}
