/** The chosen language of a page, kept for all pages of this browser, and the button that turns it. */
import { useLayoutEffect, useState } from 'preact/hooks';
import { chosenLang, keepLang, type Lang } from '../page.ts';

const NAMES: Readonly<Record<Lang, string>> = { 'zh-CN': '中文', en: 'English' };

/** `titleOf` names the page in a language, for the window's title. */
export function useLang(titleOf: (lang: Lang) => string): [Lang, () => void] {
  const [lang, setLang] = useState<Lang>(chosenLang);
  // With the text and not a frame later, so that a screen reader never meets Chinese under a title of English.
  useLayoutEffect(() => {
    keepLang(lang);
    document.title = `${titleOf(lang)} · Tillgate`;
  }, [lang]);
  return [lang, () => setLang(otherOf(lang))];
}

const otherOf = (lang: Lang): Lang => (lang === 'en' ? 'zh-CN' : 'en');

interface LanguageButtonProps {
  readonly lang: Lang;
  onTurn(): void;
}

export function LanguageButton({ lang, onTurn }: LanguageButtonProps) {
  const other = otherOf(lang);
  return (
    <button type="button" class="link" lang={other} onClick={onTurn}>
      {NAMES[other]}
    </button>
  );
}
