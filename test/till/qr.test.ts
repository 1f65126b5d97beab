/** Codes as pictures: on dark and on light terminals and as SVG, read by a decoder that does not look for inverted ones. */
import jsqr from 'jsqr';
import { describe, expect, test } from 'vitest';
import { groundOf, qrLines } from '../../bin/till/qr.ts';
import { orderView } from '../../functions/order/view.ts';
import { anOrder, NOON, orderAfter } from '../support/orders.ts';

const PAYLOAD = 'https://qr.alipay.com/bax12345678901234567';
const QUIET_ZONE = 4;
const INK = { black: 0, white: 255 } as const;
type Colour = keyof typeof INK;
type Picture = readonly (readonly Colour[])[];

/** What a camera sees of it amid `around`, `scale` pixels a module, and what a reader makes of that. */
function read(bare: Picture, around: Colour, scale = 6): string | undefined {
  const more = Array.from({ length: 8 }, () => around);
  const rows = bare.map((row) => [...more, ...row, ...more]);
  const above = more.map(() => (rows[0] ?? []).map(() => around));
  const picture = [...above, ...rows, ...above];
  const [height, width] = [picture.length * scale, (picture[0]?.length ?? 0) * scale];
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const shade = INK[picture[Math.floor(y / scale)]?.[Math.floor(x / scale)] ?? 'white'];
      pixels.set([shade, shade, shade, 255], 4 * (y * width + x));
    }
  return jsqr.default(pixels, width, height, { inversionAttempts: 'dontInvert' })?.data;
}

const ESCAPE = '\x1b[';
const RESET = `${ESCAPE}0m`;
const COLOUR_OF: Readonly<Record<string, Colour>> = { '16': 'black', '231': 'white' };
const HALVES: Readonly<Record<string, readonly [upper: boolean, lower: boolean]>> = {
  ' ': [false, false],
  '▀': [true, false],
  '▄': [false, true],
  '█': [true, true],
};

/** A terminal whose own colours are these, and what stands on it: two pixels a character, one above the other. */
function onTerminal(lines: readonly string[], own: { readonly ink: Colour; readonly ground: Colour }): Picture {
  return lines.flatMap((line) => {
    const told = line.startsWith(ESCAPE) ? line.slice(ESCAPE.length, line.indexOf('m')).split(';') : [];
    const drawn = told.length > 0 ? line.slice(line.indexOf('m') + 1, -RESET.length) : line;
    // 38;5;… is the ink and 48;5;… the ground, of 256 colours each.
    const [, , ink = '', , , ground = ''] = told;
    const colours = { ink: COLOUR_OF[ink] ?? own.ink, ground: COLOUR_OF[ground] ?? own.ground };
    const half = (which: 0 | 1) => [...drawn].map((it) => (HALVES[it]?.[which] ? colours.ink : colours.ground));
    return [half(0), half(1)];
  });
}

/** How many light modules there are on each side: left, right, above, below. */
function edgesOf(picture: Picture): number[] {
  const dark = picture.flatMap((row, y) => row.flatMap((colour, x) => (colour === 'black' ? [{ x, y }] : [])));
  const [xs, ys] = [dark.map(({ x }) => x), dark.map(({ y }) => y)];
  const [width, height] = [picture[0]?.length ?? 0, picture.length];
  return [Math.min(...xs), width - 1 - Math.max(...xs), Math.min(...ys), height - 1 - Math.max(...ys)];
}

const DARK = { ink: 'white', ground: 'black' } as const;
const LIGHT = { ink: 'black', ground: 'white' } as const;
const tty = { isTTY: true };

describe('integration minor 6 a code on a terminal', () => {
  test.each([
    ['a dark one, in colours', qrLines(PAYLOAD, tty, {}, {}), DARK],
    ['a light one, in colours', qrLines(PAYLOAD, tty, {}, {}), LIGHT],
    [
      'a dark one without colours, which is the usual one',
      qrLines(PAYLOAD, tty, {}, { NO_COLOR: '1' }).slice(0, -1),
      DARK,
    ],
    ['a dark one, as it was said', qrLines(PAYLOAD, tty, { dark: true }, {}), DARK],
    ['a light one, as it was said', qrLines(PAYLOAD, {}, { light: true }, {}), LIGHT],
  ])('is read from %s, and has its quiet zone', (_, lines, own) => {
    const picture = onTerminal(lines, own);
    expect(read(picture, own.ground)).toBe(PAYLOAD);
    // One row more below where the rows of modules are odd in number.
    expect(edgesOf(picture)).toEqual([QUIET_ZONE, QUIET_ZONE, QUIET_ZONE, QUIET_ZONE + 1]);
  });

  test('is inverted where what was said is not so, which the reader here does not take', () => {
    expect(read(onTerminal(qrLines(PAYLOAD, {}, { light: true }, {}), DARK), 'black')).toBeUndefined();
    expect(read(onTerminal(qrLines(PAYLOAD, {}, { dark: true }, {}), LIGHT), 'white')).toBeUndefined();
  });

  test.each([
    [tty, {}, {}, 'colours'],
    [tty, {}, { TERM: 'xterm' }, 'colours'],
    [tty, {}, { TERM: 'dumb' }, 'dark'],
    [tty, {}, { NO_COLOR: '1' }, 'dark'],
    [tty, { light: true }, {}, 'light'],
    [tty, { dark: true }, {}, 'dark'],
    [{}, {}, {}, 'dark'],
    [{ isTTY: false }, { light: true }, {}, 'light'],
  ] as const)('%j, said to be %j, in %j: %s', (screen, looks, env, ground) => {
    expect(groundOf(screen, looks, env)).toBe(ground);
  });

  test('says how to choose where it had to guess, and nothing else', () => {
    const hint = '(drawn for a dark terminal; --light draws it for a light one)';
    expect(qrLines(PAYLOAD, {}, {}, {}).at(-1)).toBe(hint);
    for (const lines of [
      qrLines(PAYLOAD, tty, {}, {}),
      qrLines(PAYLOAD, {}, { dark: true }),
      qrLines(PAYLOAD, {}, { light: true }),
    ])
      expect(lines).not.toContain(hint);
  });
});

test('integration minor 6 the code as SVG is read, and has its quiet zone', () => {
  const order = orderAfter(anOrder(), [{ type: 'code_given', n: 1, payload: PAYLOAD }, NOON]);
  const svg = orderView(order, NOON, { svg: true }).qrCode?.svg ?? expect.unreachable('no picture');
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)?.map(Number) ?? [];
  const squares = new Set([...svg.matchAll(/M(\d+),(\d+)h10v10h-10z/g)].map(([, x, y]) => `${x} ${y}`));
  const picture = Array.from({ length: Number(height) / 10 }, (_, y) =>
    Array.from(
      { length: Number(width) / 10 },
      (_, x): Colour => (squares.has(`${10 * x} ${10 * y}`) ? 'black' : 'white'),
    ),
  );
  for (const around of ['black', 'white'] as const) expect(read(picture, around)).toBe(PAYLOAD);
  expect(edgesOf(picture)).toEqual([QUIET_ZONE, QUIET_ZONE, QUIET_ZONE, QUIET_ZONE]);
});
