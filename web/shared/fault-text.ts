/** What a fault is called: the server's words for people where it has any, and the page's own where no answer came. Pure. */
import { ApiProblem } from '../../functions/client/client.ts';
import type { ProblemView } from '../../functions/contract/answers.ts';
import type { Lang } from './say.ts';

export function faultText(lang: Lang, fault: unknown, noAnswer: string): string {
  return fault instanceof ApiProblem ? problemText(lang, fault.problem) : noAnswer;
}

export function problemText(lang: Lang, problem: ProblemView): string {
  const { message, reason, detail } = problem as Readonly<Record<string, unknown>>;
  return wordsIn(message, lang) ?? wordsIn(reason, lang) ?? String(detail);
}

function wordsIn(value: unknown, lang: Lang): string | undefined {
  const text = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[lang] : undefined;
  return typeof text === 'string' ? text : undefined;
}
