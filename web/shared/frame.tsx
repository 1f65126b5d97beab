/** The head of a page: its name, its sections, where else to go, and the other language. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Lang } from '../page.ts';
import { LanguageButton } from './lang.tsx';

interface TopBarProps {
  readonly name: string;
  /** What the page is, or whose. */
  readonly note?: string | undefined;
  readonly lang: Lang;
  turnLang(): void;
  /** The tabs of the page's sections. */
  readonly tabs?: ComponentChildren;
  /** Links beside the language. */
  readonly children?: ComponentChildren;
}

export function TopBar({ name, note, lang, turnLang, tabs, children }: TopBarProps) {
  return (
    <header class="top">
      <h1>
        <bdi>{name}</bdi> {note && <small>{note}</small>}
      </h1>
      {tabs}
      <div class="aside">
        {children}
        <LanguageButton lang={lang} onTurn={turnLang} />
      </div>
    </header>
  );
}

interface TabsProps<Name extends string> {
  readonly label: string;
  readonly names: readonly Name[];
  readonly chosen: Name;
  say(name: Name): string;
  onChoose(name: Name): void;
}

/** The sections of a page, one of which is shown. */
export function Tabs<Name extends string>({ label, names, chosen, say, onChoose }: TabsProps<Name>) {
  const tabs = useRef<HTMLElement>(null);
  const shown = say(chosen);
  // On a phone not all tabs fit: the chosen one is the one to see.
  useEffect(() => {
    tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [shown]);
  return (
    <nav class="tabs" ref={tabs} aria-label={label}>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          aria-current={chosen === name ? 'page' : undefined}
          onClick={() => onChoose(name)}
        >
          {say(name)}
        </button>
      ))}
    </nav>
  );
}
