/** What a fault is called in the console. Pure. */
import { ApiProblem } from '../../functions/client/client.ts';
import { faultText as textOf } from '../shared/fault-text.ts';
import type { Lang } from '../shared/say.ts';
import { TooManyRows } from './all-of.ts';
import { say } from './messages.ts';

export function faultText(lang: Lang, fault: unknown): string {
  if (fault instanceof TooManyRows) return say(lang, 'tooManyRows', { n: fault.most });
  if (fault instanceof ApiProblem && fault.status === 401) return say(lang, 'keyGone');
  if (fault instanceof ApiProblem && fault.code === 'scope_missing') return say(lang, 'scopeMissing');
  return textOf(lang, fault, say(lang, 'offline'));
}
