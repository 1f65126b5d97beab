/** What every page asks of its surroundings: where the API is, and which language was chosen. */
import type { Lang } from './shared/say.ts';

export type { Lang };

const SLOT = 'tillgate lang';

const metaOf = (name: string) => document.querySelector<HTMLMetaElement>(`meta[name="tillgate-${name}"]`)?.content;

/** Where the page says it is, else where the page itself comes from. */
export function apiUrl(): string {
  return metaOf('api') || location.origin;
}

/** Served by the stack on the developer's machine, where there is a simulator and a customer's wallet. */
export function isLocal(): boolean {
  return metaOf('local') === 'true';
}

export function chosenLang(): Lang {
  const chosen = localStorage.getItem(SLOT) ?? navigator.language;
  return chosen.startsWith('zh') ? 'zh-CN' : 'en';
}

export function keepLang(lang: Lang): void {
  localStorage.setItem(SLOT, lang);
  document.documentElement.lang = lang;
}
