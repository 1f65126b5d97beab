/** A list of the server's that is loaded page by page. */
import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { Fault as Notice } from '../shared/fault.tsx';
import { faultText } from './problem-text.ts';
import { useTill } from './use-till.ts';

interface Page<Row> {
  readonly data: readonly Row[];
  readonly nextCursor: string | null;
}

/** Nothing where there is no fault. */
export function Fault({ fault, again }: { fault: unknown; again: () => void }) {
  const { say, lang } = useTill();
  return fault === undefined ? null : <Notice text={faultText(lang, fault)} retry={say('retry')} again={again} />;
}

interface ListProps<Row> {
  ask(cursor: string | undefined): Promise<Page<Row>>;
  keyOf(row: Row): string;
  readonly none: string;
  children(row: Row): ComponentChildren;
}

/** Rows as far as they were asked for, the fault if the last page was not answered, and a button for the next page. */
export function List<Row>({ ask, keyOf, none, children }: ListProps<Row>) {
  const { say, server } = useTill();
  const [rows, setRows] = useState<readonly Row[]>();
  const [cursor, setCursor] = useState<string | null>(null);
  const [fault, setFault] = useState<unknown>();
  const load = useCallback(
    async (from?: string) => {
      setFault(undefined);
      try {
        const page = await ask(from);
        setRows((before = []) => (from === undefined ? page.data : [...before, ...page.data]));
        setCursor(page.nextCursor);
      } catch (error) {
        setFault(error);
      }
    },
    [server],
  );
  useEffect(() => {
    load();
  }, [load]);
  return (
    <>
      <Fault fault={fault} again={() => load()} />
      {!rows && fault === undefined && (
        <p class="quiet" role="status">
          {say('loading')}
        </p>
      )}
      {rows?.length === 0 && <p class="quiet">{none}</p>}
      <ul class="list">
        {rows?.map((row) => (
          <li key={keyOf(row)}>{children(row)}</li>
        ))}
      </ul>
      {cursor && (
        <button type="button" onClick={() => load(cursor)}>
          {say('more')}
        </button>
      )}
    </>
  );
}
