/** What every part of the wallet works with. */
import type { Lang } from '../page.ts';
import { createSession } from '../shared/session.ts';
import { say, type Word } from './messages.ts';
import type { Holding, Manner } from './simulator.ts';

interface WalletParts {
  readonly lang: Lang;
  /** How this customer pays, by the menu. */
  readonly manner: Manner;
  readonly noMoney: boolean;
  /** The app that the customer holds. */
  readonly held: Holding;
}

export const { SessionContext, useSession: useWallet } = createSession<WalletParts, Word>(say);
