/** A till without a screen, in a browser that may lose its page, before the server of server.ts. */
import type { Limits } from '../../functions/merchant/merchant.ts';
import { createSale, type Sale } from '../../web/till/sale.ts';
import type { SaleState } from '../../web/till/sale-state.ts';
import { screenOf } from '../../web/till/screen.ts';
import { cny } from './lives.ts';
import { newStore, Server } from './server.ts';

export const WANTED = { amount: cny(1_234), subject: 'tea', qrCode: true };
export const SCANNED = { ...WANTED, qrCode: false };
export const GOOD_CODE = '280000000000000001';
export const EMPTY_WALLET = '280000000000000000';

/** A till whose page may be lost and opened again. */
export class Till {
  readonly server: Server;
  readonly store = newStore();
  /** The numbers that were made, one for each sale. */
  readonly numbers: string[] = [];
  /** Sales of which the till has said that nothing became of them. */
  refused = 0;
  sale: Sale;

  constructor(limits: Limits = {}) {
    this.server = new Server(limits);
    this.sale = this.open();
  }

  private open(): Sale {
    const { server } = this;
    let before: SaleState | undefined;
    return createSale({
      client: server.client,
      store: this.store,
      now: () => server.now,
      hangUp: () => {},
      random: () => 0,
      newNo: () => {
        this.numbers.push(`no-${this.numbers.length + 1}`);
        return this.numbers.at(-1) ?? '';
      },
      onChange: (state) => {
        const isNew = (name: 'refusal' | 'lost') => state[name] !== undefined && before?.[name] === undefined;
        if (state.intent === undefined && (isNew('refusal') || isNew('lost'))) this.refused += 1;
        before = state;
      },
    });
  }

  async reload(): Promise<void> {
    this.sale.stop();
    this.sale = this.open();
    await this.sale.wake();
  }

  screen() {
    return screenOf(this.sale.state(), this.server.now);
  }
}

export const started = async (limits?: Limits) => {
  const till = new Till(limits);
  await till.sale.wake();
  return till;
};
/** The server is heard again, and what is next is done, one step after the other. */
export const online = async (till: Till) => {
  till.server.fates = [];
  for (let steps = 0; steps < 3; steps += 1) await till.sale.check();
};
