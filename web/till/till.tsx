/** The till with its key: the sale, its sections, and what wakes it up. */

import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { HOME_CURRENCY } from '../../functions/channel/channels.ts';
import type { Lang } from '../page.ts';
import { Tabs, TopBar } from '../shared/frame.tsx';
import { channelName } from '../shared/say.ts';
import { play } from '../shared/sounds.ts';
import { store, type TillKey } from './enrol.ts';
import { say } from './messages.ts';
import { newNo } from './new-no.ts';
import { Orders } from './orders.tsx';
import { createSale } from './sale.ts';
import type { SaleState } from './sale-state.ts';
import { SaleView } from './sale-view.tsx';
import { SCREENS, type Screen, screenOf } from './screen.ts';
import { createServer } from './server.ts';
import { Shift } from './shift.tsx';
import { SessionContext, type Shop, useNow, useTill } from './use-till.ts';

const SECTIONS = ['sell', 'orders', 'shift'] as const;
type Section = (typeof SECTIONS)[number];

const SHOP = 'shop';
const OPERATOR = 'operator';
const CURRENCY = 'currency';
/** A timer that comes so much too late has slept with its tablet. */
const PULSE_MS = 5_000;
const SLEPT_MS = 15_000;

function useSale(key: TillKey, zone: string) {
  const zoneNow = useRef(zone);
  zoneNow.current = zone;
  const server = useMemo(() => createServer(key), [key]);
  const [state, setState] = useState<SaleState>();
  const sale = useMemo(
    () =>
      createSale({
        client: server.client,
        store,
        now: server.now,
        hangUp: server.hangUp,
        random: Math.random,
        newNo: () => newNo(key.terminalId, server.now(), zoneNow.current, crypto.getRandomValues(new Uint8Array(4))),
        onChange: setState,
      }),
    [server],
  );
  useEffect(() => {
    const wake = () => {
      if (document.visibilityState === 'visible') sale.wake();
    };
    let pulse = Date.now();
    const timer = setInterval(() => {
      if (Date.now() - pulse > SLEPT_MS) wake();
      pulse = Date.now();
    }, PULSE_MS);
    for (const event of ['online', 'offline', 'pageshow']) addEventListener(event, wake);
    document.addEventListener('visibilitychange', wake);
    sale.wake();
    return () => {
      clearInterval(timer);
      for (const event of ['online', 'offline', 'pageshow']) removeEventListener(event, wake);
      document.removeEventListener('visibilitychange', wake);
      sale.stop();
    };
  }, [sale]);
  return { server, sale, state: state ?? sale.state() };
}

interface TillProps {
  readonly lang: Lang;
  readonly keyHeld: TillKey;
  turnLang(): void;
  forget(): void;
}

export function Till({ lang, turnLang, keyHeld, forget }: TillProps) {
  const [shop, setShop] = useState<Shop>({ name: 'Tillgate', zone: 'Asia/Shanghai', supportPhone: null });
  const { server, sale, state } = useSale(keyHeld, shop.zone);
  const [operatorId, setOperatorId] = useState('');
  const [chosen, setChosen] = useState('');
  const [section, setSection] = useState<Section>('sell');
  useEffect(() => {
    store.get<string>(OPERATOR).then((kept = '') => setOperatorId(kept));
    store.get<Shop>(SHOP).then((kept) => kept && setShop(kept));
    store.get<string>(CURRENCY).then((kept = '') => setChosen(kept));
  }, []);
  useEffect(() => {
    if (!state.synced) return;
    server.client.call('getMerchant', {}).then(
      ({ body: { name, zone, supportPhone } }) => {
        setShop({ name, zone, supportPhone });
        store.put(SHOP, { name, zone, supportPhone });
      },
      () => {},
    );
  }, [server, state.synced]);
  const setOperator = (name: string) => {
    setOperatorId(name);
    store.put(OPERATOR, name);
  };
  const currencies = state.routes.map((route) => route.currency);
  const [first = state.channels[0]?.currencies[0] ?? HOME_CURRENCY] = currencies;
  const currency = currencies.includes(chosen) ? chosen : first;
  const setCurrency = (to: string) => {
    setChosen(to);
    store.put(CURRENCY, to);
  };
  const parts = {
    ...{ lang, key: keyHeld, server, sale, state, shop, operatorId, setOperator },
    ...{ currency, currencies, setCurrency },
  };
  const [visit, setVisit] = useState(0);
  const select = (to: Section) => {
    setSection(to);
    setVisit(visit + 1);
  };
  return (
    <SessionContext.Provider value={parts}>
      <TopBar
        {...{ lang, turnLang }}
        name={shop.name}
        note={keyHeld.storeId}
        tabs={
          <Tabs<Section>
            label={say(lang, 'title')}
            names={SECTIONS}
            chosen={section}
            say={(name) => say(lang, name)}
            onChoose={select}
          />
        }
      />
      <Announcer>
        {(screen) => (
          <>
            {section === 'sell' && (
              <SaleView screen={screen} visit={visit} toOrders={() => select('orders')} forget={forget} />
            )}
            {section === 'orders' && <Orders key={visit} />}
            {section === 'shift' && <Shift forget={forget} />}
          </>
        )}
      </Announcer>
    </SessionContext.Provider>
  );
}

/** Plays and says each screen of the sale once when it comes up, whichever section is shown. */
function Announcer({ children }: { children: (screen: Screen) => ComponentChildren }) {
  const { state, say, money, lang } = useTill();
  const screen = screenOf(state, useNow(500));
  const before = useRef(screen);
  useEffect(() => {
    if (before.current === screen) return;
    before.current = screen;
    const { sound } = SCREENS[screen];
    if (sound) play(sound);
  }, [screen]);
  const amount = state.order?.amount ?? state.intent?.amount;
  const { tone, sound } = SCREENS[screen];
  return (
    <main data-screen={screen} data-tone={tone} data-sound={sound ?? undefined}>
      <p class="sr" role="status">
        {say(screen, state.order && { channel: channelName(lang, state.order.channel) })}
        {amount && ` ${money(amount)}`}
      </p>
      {children(screen)}
    </main>
  );
}
