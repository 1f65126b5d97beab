/** What every page asks of its surroundings: where the API is, and which language was chosen. */
import type { Words } from '../functions/http/answers.ts';

type Lang = keyof Words;

const SLOT = 'tillgate lang';

/** Where the page says it is, else where the page itself comes from. */
export function apiUrl(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="tillgate-api"]')?.content || location.origin;
}

export function chosenLang(): Lang {
  const chosen = localStorage.getItem(SLOT) ?? navigator.language;
  return chosen.startsWith('zh') ? 'zh-CN' : 'en';
}

export function keepLang(lang: Lang): void {
  localStorage.setItem(SLOT, lang);
  document.documentElement.lang = lang;
}
