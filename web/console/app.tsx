/** The console: a key first, then sections. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { DEFAULT_CHANNEL, traitsOf } from '../../functions/channel/channels.ts';
import { createClient } from '../../functions/client/client.ts';
import type { TerminalView } from '../../functions/contract/answers.ts';
import type { Scope } from '../../functions/merchant/key.ts';
import { businessDay, dayAfter } from '../../functions/time.ts';
import { apiUrl, type Lang } from '../page.ts';
import { Fault } from '../shared/fault.tsx';
import { Tabs, TopBar } from '../shared/frame.tsx';
import { useLang } from '../shared/lang.tsx';
import { useRoute } from '../shared/route.ts';
import { allOf } from './all-of.ts';
import { type ConsoleContext, SECTIONS, type Section, SessionContext } from './context.ts';
import type { Held } from './credential.ts';
import { faultText } from './fault-text.ts';
import { KeyForm } from './key-form.tsx';
import { forget, kept } from './key-store.ts';
import { say } from './messages.ts';
import { Orders } from './orders.tsx';
import { Reconciliations } from './reconciliations.tsx';
import { Refunds } from './refunds.tsx';
import { Statements } from './statements.tsx';
import { Terminals } from './terminals.tsx';
import { Today } from './today.tsx';

/** The days of bills are the channel's own, wherever the merchant is. */
const CHANNEL_ZONE = traitsOf(DEFAULT_CHANNEL).dayZone;

/** What is asked for once, with the key. */
interface Opened extends Pick<ConsoleContext, 'client' | 'merchant' | 'today' | 'lastReportDay' | 'may' | 'names'> {
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
  const bar = { lang, turnLang, name: opened?.merchant.name ?? 'Tillgate', note: say(lang, 'console') };
  const links = (
    <>
      <a href="/help">{say(lang, 'help')}</a>
      {held && (
        <button type="button" class="link" onClick={leave}>
          {say(lang, 'keyForget')}
        </button>
      )}
    </>
  );
  if (opened && held) return <Sections {...{ opened, lang, bar, links }} />;
  return (
    <>
      <TopBar {...bar}>{links}</TopBar>
      <main>
        {fault !== undefined && held && (
          <Fault text={faultText(lang, fault)} retry={say(lang, 'reload')} again={() => connect(held)} />
        )}
        {held === null && <KeyForm lang={lang} onKey={connect} />}
        {held !== null && fault === undefined && <p class="quiet loading">{say(lang, 'loading')}</p>}
      </main>
    </>
  );
}

interface SectionsProps {
  readonly opened: Opened;
  readonly lang: Lang;
  readonly bar: Parameters<typeof TopBar>[0];
  readonly links: ComponentChildren;
}

function Sections({ opened, lang, bar, links }: SectionsProps) {
  const { route, go } = useRoute();
  const { stores, ...asked } = opened;
  const seen = (Object.keys(SECTIONS) as Section[]).filter((name) => asked.may(SECTIONS[name]));
  const [named, ...path] = route;
  // An address may name what is not there, or what this key may not see.
  const section = seen.find((name) => name === named) ?? 'today';
  return (
    <SessionContext.Provider value={{ ...asked, lang, go, path: section === named ? path : [] }}>
      <TopBar
        {...bar}
        tabs={
          <Tabs<Section>
            label={say(lang, 'console')}
            names={seen}
            chosen={section}
            say={(name) => say(lang, name)}
            onChoose={go}
          />
        }
      >
        {links}
      </TopBar>
      <main key={section}>
        {section === 'today' && <Today />}
        {section === 'orders' && <Orders stores={stores} />}
        {section === 'refunds' && <Refunds stores={stores} />}
        {section === 'statements' && <Statements />}
        {section === 'reconciliations' && <Reconciliations />}
        {section === 'terminals' && <Terminals />}
      </main>
    </SessionContext.Provider>
  );
}
