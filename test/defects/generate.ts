/**
 * All defects that the rules make of an area's sources. A defect is known by its file, its function and its expression, and
 * not by a line: an edit elsewhere leaves it what it is.
 */
import { AREA_NAMES, type AreaName, sourcesOf } from './areas.ts';
import { type Alternatives, editsAt, type Kind, memberOf } from './rules.ts';
import { functionOf, type Place, placesOf } from './tree.ts';

export interface Generated {
  /** `functions/x.ts function: what`, the same for as long as the function says the same. */
  readonly name: string;
  readonly area: AreaName;
  readonly file: string;
  readonly kind: Kind;
  /** Offsets into the file's text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly to: string;
  /** The expression that is evaluated when the defect is reached. */
  readonly reached: { readonly start: number; readonly end: number };
}

const LONGEST = 110;

export function generate(area: AreaName, sources: ReadonlyMap<string, string> = sourcesOf(area)): Generated[] {
  const trees = [...sources].map(([file, text]) => ({ file, text, places: placesOf(file, text) }));
  const alternatives = alternativesIn(trees.flatMap(({ places }) => places));
  return trees.flatMap(({ file, text, places }) => {
    const taken = new Map<string, number>();
    return places.flatMap((place) =>
      editsAt(place, text, alternatives(place)).map(
        ({ kind, start, end, to, says, reached = { start, end } }): Generated => {
          const plain = `${file} ${functionOf(place)}: ${inShort(says ?? `${text.slice(start, end)} as ${to}`)}`;
          const n = (taken.get(plain) ?? 0) + 1;
          taken.set(plain, n);
          const name = n === 1 ? plain : `${plain} #${n}`;
          return { name, area, file, kind, start, end, to, reached: { start: reached.start, end: reached.end } };
        },
      ),
    );
  });
}

export function generateAll(): Generated[] {
  return AREA_NAMES.flatMap((area) => generate(area));
}

/** For each text the next one that stands for the same member somewhere in the area: a status for a status. */
function alternativesIn(places: readonly Place[]): (place: Place) => Alternatives {
  const texts = Map.groupBy(
    places.filter(({ node }) => node.type === 'Literal' && typeof node.value === 'string'),
    kindOfText,
  );
  return (place) => (text) => {
    const key = kindOfText(place);
    if (key === '') return undefined;
    const all = [
      ...new Set((texts.get(key) ?? []).map(({ node }) => String((node as { value?: unknown }).value))),
    ].sort();
    return all.length > 1 ? all[(all.indexOf(text) + 1) % all.length] : undefined;
  };
}

function kindOfText(place: Place): string {
  const member = memberOf(place);
  return member === 'return' ? `return of ${functionOf(place)}` : (member ?? '');
}

function inShort(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 40)} … ${line.slice(-37)}`;
}
