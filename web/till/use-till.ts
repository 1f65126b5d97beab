/** What every part of the till works with. */
import { useEffect, useState } from 'preact/hooks';
import type { MerchantView } from '../../functions/contract/merchant.ts';
import type { Lang } from '../page.ts';
import { anyOf } from '../shared/say.ts';
import { createSession, type Values } from '../shared/session.ts';
import { dayTimeIn, timeIn } from '../shared/times.ts';
import type { TillKey } from './enrol.ts';
import { say, type Word } from './messages.ts';
import type { Sale } from './sale.ts';
import type { SaleState } from './sale-state.ts';
import type { Server } from './server.ts';

/** What is asked for when the till opens; kept, so that it is there without a network, too. */
export type Shop = Pick<MerchantView, 'name' | 'zone' | 'supportPhone'>;

interface TillParts {
  readonly lang: Lang;
  readonly key: TillKey;
  readonly server: Server;
  readonly sale: Sale;
  readonly state: SaleState;
  readonly shop: Shop;
  readonly operatorId: string;
  setOperator(operatorId: string): void;
  /** The currency that is sold in, and what else could be. */
  readonly currency: string;
  readonly currencies: readonly string[];
  setCurrency(currency: string): void;
}

const { SessionContext, useSession } = createSession<TillParts, Word>(say);

export { SessionContext };

export function useTill() {
  const session = useSession();
  const { lang, shop, state } = session;
  const channel = anyOf(
    lang,
    state.channels.map((it) => it.channel),
  );
  return {
    ...session,
    /** `{channel}` is those of this merchant, where the text is about none of them. */
    say: (word: Word, values?: Values) => session.say(word, { ...(channel && { channel }), ...values }),
    /** `12:34:56`, in the merchant's zone. */
    time: (instant: string) => timeIn(shop.zone, instant),
    dayTime: (instant: string) => dayTimeIn(shop.zone, instant),
    /** For whom something is written. */
    reader: { lang, zone: shop.zone },
  };
}

/** Draws again every `ms`; answers the server's time. */
export function useNow(ms: number): number {
  const { server } = useTill();
  const [now, setNow] = useState(server.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(server.now()), ms);
    return () => clearInterval(timer);
  }, [server, ms]);
  return now;
}
