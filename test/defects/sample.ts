/**
 * Which of the generated defects are planted: in each area those that come first when all are shuffled by one seed. What
 * shuffles them is their name, so that an edit moves only the defects of what was edited.
 */
import { createHash } from 'node:crypto';
import { AREA_NAMES, AREAS } from './areas.ts';
import { EQUIVALENT } from './equivalent.ts';
import { type Generated, generate } from './generate.ts';

/** Chosen once, before anything was planted. */
const SEED = 'tillgate 1';

export function sample(): Generated[] {
  return AREA_NAMES.flatMap((area) =>
    shuffled(generate(area))
      .filter(({ name }) => !EQUIVALENT.has(name))
      .slice(0, AREAS[area].planted),
  );
}

function shuffled(defects: readonly Generated[]): Generated[] {
  const places = new Map(
    defects.map(({ name }) => [name, createHash('sha256').update(`${SEED} ${name}`).digest('hex')]),
  );
  const placeOf = ({ name }: Generated) => places.get(name) ?? '';
  return defects.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}
