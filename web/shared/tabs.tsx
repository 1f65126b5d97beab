/** The sections of a page, one of which is shown. */

interface TabsProps<Name extends string> {
  readonly names: readonly Name[];
  readonly chosen: Name;
  readonly class?: string;
  say(name: Name): string;
  onChoose(name: Name): void;
}

export function Tabs<Name extends string>({ names, chosen, class: look, say, onChoose }: TabsProps<Name>) {
  return (
    <>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          class={look}
          aria-current={chosen === name ? 'page' : undefined}
          onClick={() => onChoose(name)}
        >
          {say(name)}
        </button>
      ))}
    </>
  );
}
