/** The console: a key first, then sections. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { DEFAULT_CHANNEL, traitsOf } from '../../functions/channel/channels.ts';
import { createClient } from '../../functions/client/client.ts';
import type { TerminalView } from '../../functions/contract/answers.ts';
import type { Scope } from '../../functions/merchant/key.ts';
import { businessDay, dayAfter } from '../../functions/time.ts';
import { apiUrl, type Lang } from '../page.ts';
import { LanguageButton, useLang } from '../shared/lang.tsx';
import { Tabs } from '../shared/tabs.tsx';
import { allOf } from './all-of.ts';
import type { Held } from './credential.ts';
import { type Desk, DeskContext } from './desk.ts';
import { faultText } from './fault-text.ts';
import { KeyForm } from './key-form.tsx';
import { forget, kept } from './key-store.ts';
import { Orders } from './orders.tsx';
import { Reconciliations } from './reconciliations.tsx';
import { Refunds } from './refunds.tsx';
import { Statements } from './statements.tsx';
import { Terminals } from './terminals.tsx';
import { Today } from './today.tsx';
import { say } from './words.ts';

/** What a section asks of the key. */
const SECTIONS = {
  today: 'orders:read',
  orders: 'orders:read',
  refunds: 'orders:read',
  statements: 'statements:read',
  reconciliations: 'statements:read',
  terminals: 'terminals:read',
} as const satisfies Record<string, Scope>;
type Section = keyof typeof SECTIONS;

/** The days of bills are the channel's own, wherever the merchant is. */
const CHANNEL_ZONE = traitsOf(DEFAULT_CHANNEL).dayZone;

/** What is asked for once, with the key. */
interface Opened extends Pick<Desk, 'client' | 'merchant' | 'today' | 'lastReportDay' | 'may' | 'names'> {
  readonly stores: readonly string[];
}

async function open(held: Held): Promise<Opened> {
  const client = createClient({ baseUrl: apiUrl(), key: held });
  const [{ body: merchant }, { body: totals }] = await Promise.all([
    client.call('getMerchant', {}),
    client.call('getTotals', {}),
  ]);
  const now = Date.parse(totals.until);
  const may = (scope: Scope) => held.scopes.length === 0 || held.scopes.includes(scope);
  // A key that may not see terminals still sees the stores that have sold.
  const terminals = may(SECTIONS.terminals)
    ? await allOf<TerminalView>(client, 'listTerminals', {}).catch(() => [])
    : [];
  const named = [...terminals, ...totals.totals].map(({ storeId }) => storeId);
  return {
    client,
    merchant,
    may,
    names: new Map(terminals.map(({ terminalId, name }) => [terminalId, name])),
    // The server's clock decides which day it is.
    today: businessDay(now, merchant.zone),
    lastReportDay: dayAfter(businessDay(now, CHANNEL_ZONE), -1),
    stores: [...new Set([...named.sort(), 'main'])],
  };
}

export function App() {
  const [lang, turnLang] = useLang((it) => say(it, 'console'));
  const [held, setHeld] = useState<Held | null>();
  const [opened, setOpened] = useState<Opened>();
  const [fault, setFault] = useState<unknown>();
  const connect = (key: Held) => {
    setHeld(key);
    setFault(undefined);
    open(key).then(setOpened, setFault);
  };
  useEffect(() => {
    kept().then(
      (key) => (key ? connect(key) : setHeld(null)),
      () => setHeld(null),
    );
  }, []);
  const leave = async () => {
    if (!confirm(say(lang, 'keyForgetAsk'))) return;
    await forget();
    setOpened(undefined);
    setHeld(null);
  };
  return (
    <>
      <header class="top">
        <h1>
          <bdi>{opened?.merchant.name ?? 'Tillgate'}</bdi> <small>{say(lang, 'console')}</small>
        </h1>
        <nav class="aside">
          <a href="/help">{say(lang, 'help')}</a>
          <LanguageButton lang={lang} onTurn={turnLang} />
          {held && (
            <button type="button" class="link" onClick={leave}>
              {say(lang, 'keyForget')}
            </button>
          )}
        </nav>
      </header>
      {opened && held ? (
        <Sections opened={opened} lang={lang} />
      ) : (
        <main>
          {fault !== undefined && held && (
            <div class="fault" role="alert">
              <p>{faultText(lang, fault)}</p>
              <button type="button" onClick={() => connect(held)}>
                {say(lang, 'reload')}
              </button>
            </div>
          )}
          {held === null && <KeyForm lang={lang} onKey={connect} />}
          {held !== null && fault === undefined && <p class="quiet loading">{say(lang, 'loading')}</p>}
        </main>
      )}
    </>
  );
}

function Sections({ opened, lang }: { opened: Opened; lang: Lang }) {
  const [section, setSection] = useState<Section>('today');
  const { stores, ...asked } = opened;
  const seen = (Object.keys(SECTIONS) as Section[]).filter((name) => asked.may(SECTIONS[name]));
  const tabs = useRef<HTMLElement>(null);
  // On a phone not all tabs fit: the chosen one is the one to see.
  useEffect(() => {
    tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [section, lang]);
  return (
    <DeskContext.Provider value={{ ...asked, lang }}>
      <nav class="tabs" ref={tabs} aria-label={say(lang, 'console')}>
        <Tabs<Section> names={seen} chosen={section} say={(name) => say(lang, name)} onChoose={setSection} />
      </nav>
      <main key={section}>
        {section === 'today' && <Today />}
        {section === 'orders' && <Orders stores={stores} />}
        {section === 'refunds' && <Refunds stores={stores} />}
        {section === 'statements' && <Statements />}
        {section === 'reconciliations' && <Reconciliations />}
        {section === 'terminals' && <Terminals />}
      </main>
    </DeskContext.Provider>
  );
}
