/** A QR code on a terminal, two modules in a character. A reader wants dark on light, and an edge of four light modules (ISO/IEC 18004). */
import { encode } from 'uqr';

const QUIET_ZONE = 4;

/** `colours`: the terminal is told both. Without them what is drawn is light on a dark terminal, and dark on a light one. */
export type Ground = 'colours' | 'dark' | 'light';

/** What the person at the terminal has said of it. */
export interface Looks {
  readonly light?: boolean;
  readonly dark?: boolean;
}

interface Screen {
  readonly isTTY?: boolean;
}

/** Black on white of the 256 colours, which no theme changes. */
const BLACK_ON_WHITE = '\x1b[38;5;16;48;5;231m';
const RESET = '\x1b[0m';

/** What was said comes before what the environment tells. */
export function groundOf(screen: Screen, { light, dark }: Looks, env: NodeJS.ProcessEnv = process.env): Ground {
  if (light) return 'light';
  if (dark) return 'dark';
  return screen.isTTY && !env.NO_COLOR && env.TERM !== 'dumb' ? 'colours' : 'dark';
}

/** The code in lines; where the colours are only supposed, another line says so. */
export function qrLines(text: string, screen: Screen, looks: Looks, env?: NodeJS.ProcessEnv): string[] {
  const ground = groundOf(screen, looks, env);
  const isSupposed = ground === 'dark' && !looks.dark;
  return [
    ...drawn(text, ground),
    ...(isSupposed ? ['(drawn for a dark terminal; --light draws it for a light one)'] : []),
  ];
}

function drawn(text: string, ground: Ground): string[] {
  const { data, size } = encode(text, { border: QUIET_ZONE });
  const isInk = (x: number, y: number) => (data[y]?.[x] ?? false) !== (ground === 'dark');
  const lines = Array.from({ length: Math.ceil(size / 2) }, (_, row) =>
    Array.from({ length: size }, (_, x) => BLOCKS[Number(isInk(x, 2 * row)) + 2 * Number(isInk(x, 2 * row + 1))]).join(
      '',
    ),
  );
  return ground === 'colours' ? lines.map((line) => `${BLACK_ON_WHITE}${line}${RESET}`) : lines;
}

/** By which half has ink: none, the upper one, the lower one, both. */
const BLOCKS = [' ', '▀', '▄', '█'] as const;
