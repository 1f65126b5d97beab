/** What happens at the shop's side, as the history that judges it hears of it. */
import type { Asked, Refused } from '../actors/asked.ts';
import type { Invocation } from '../world/io.ts';
import type { Item, News } from '../world/port.ts';
import type { OrderPage, Replied } from '../world/wire.ts';
import type { ShiftPage } from './pages.ts';

/** What the history wants to hear of. */
export interface Watch {
  /** Before an order is written. */
  onOrder(before: Item | undefined, after: Item, size: number, by: Invocation): void;
  /** Before an item of the statements is written. */
  onStatement(after: Item): void;
  /** A request was answered, in order or by a refusal. One that was killed, or failed, is not. */
  onAnswer(its: Invocation, answer: OrderPage | Refused | ShiftPage): void;
  /** Before that, the whole of what came back of it, where that is an order. */
  onReply(its: Invocation, reply: Replied): void;
  /** An instance has taken up a request, or what else there is to do. */
  onBegun(its: Invocation): void;
  /** A request is on its way. */
  onAsked(asked: Asked): void;
  /** After any item was written. */
  written(): void;
  /** A notification was answered with thanks. */
  onThanks(news: News): void;
  /** A terminal was told something of an order, or that its shift is closed. */
  onTold(check: () => void): void;
  /** An invocation counts that the channel did not say what it was asked, or turned us away. */
  onCount(its: Invocation, what: 'channelUnknown' | 'channelMisconfigured'): void;
  /** An invocation has done all that it was there for. */
  onDone(its: Invocation): void;
  /** A request was answered, or refused, or has ended otherwise. */
  onEnd(): void;
  /** The code refused a write of its own. */
  onAlarm(what: string): void;
  /** The code failed by an error that is no refusal: `error` is its name and message. */
  onFault(what: string, error: string): void;
}
