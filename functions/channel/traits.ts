/**
 * What is particular to a channel, as data: each channel has one {@link ChannelEntry} in registry.ts, and the rest of the house
 * reads it instead of asking which channel it is.
 */
import type { EpochMs, Millis } from '../time.ts';
import type { Words } from '../words.ts';

/** Why a genuine message fits no order: what of the order's account it names otherwise. */
export type AccountMismatch = 'different_app' | 'different_seller';

export interface ChannelTraits {
  /**
   * The currencies in which the channel takes orders, the usual one first, with the largest order in minor units. An amount in
   * any other currency is never sent to the channel.
   */
  readonly currencies: Readonly<Record<string, { readonly largest: number }>>;
  /** How far ahead the end of a code, or of a till code's trade, must and may be when the channel is asked for it. */
  readonly shortestCode: Millis;
  readonly longestCode: Millis;
  /** The least time between two refund calls of one trade. */
  readonly refundSpacing: Millis;
  /** How long after a refund call the channel's refund query may not know the refund yet. */
  readonly refundQueryAfter: Millis;
  /** Until when the channel cancels a trade whose call was sent at `sentAt`. What is paid later goes back by a refund. */
  cancelUntil(sentAt: EpochMs): EpochMs;
  /** Whether the channel can close a code that no customer has scanned. Otherwise such a code can be paid until its end. */
  readonly unpaidCodeCanBeCancelled: boolean;
  /**
   * Whether the channel has one call for closing and cancelling: it gives back what was paid in between. Before it is sent, the
   * attempt is stored as unwanted. Otherwise closing leaves a payment as it is.
   */
  readonly closeReverses: boolean;
  /**
   * Whether a refund that the channel refused has ended under its number: it goes on under a new one, once the refund query says
   * that it failed. Otherwise the same number may be sent again.
   */
  readonly refusalEndsNumber: boolean;
  /** The zone of the channel's own days, as an offset. */
  readonly dayZone: string;
  /**
   * `askedAfter`: how long after the end of one of its days the channel's report is asked for. `imported`: the channel gives none
   * to a program, so that it is never asked, and people bring its files.
   */
  readonly report: { readonly askedAfter: Millis } | 'imported';
  /** The channel's own day on which a trade began, `YYYY-MM-DD`, where the number tells it. */
  dayOfTrade?(tradeNo: string): string | undefined;
  readonly tillCode: {
    /** A regular expression of the digits of the payment code that the customer's app shows. */
    readonly pattern: string;
    /** How a person tells such a code from another wallet's, to stand behind a semicolon. */
    readonly hint: string;
  };
  readonly account: {
    /** The members that say whose account it is and by which app, each with what a message that names another is kept as. */
    readonly identity: Readonly<Record<string, AccountMismatch>>;
    /** The member that names the merchant's own account, where its money goes. */
    readonly payee: string;
    /** The member that says in what each currency is settled, and so which ones the account takes. Absent: each in itself. */
    readonly settlement?: string;
  };
}

export interface ChannelEntry {
  /** What people call the channel. */
  readonly name: Words;
  readonly traits: ChannelTraits;
  /** The environment variable with the address of the channel's gateway. */
  readonly gatewayEnv: string;
  readonly secret: {
    /** The environment variable with the ARN of the secret that holds the channel's keys. */
    readonly env: string;
    /** What the secret holds, for the operator who fills it. */
    readonly holds: string;
  };
  readonly notification: {
    /** Where the channel sends its messages. */
    readonly path: string;
    /** Of the answers below. */
    readonly contentType: string;
    /** The answers that end the channel's repeating, and that ask for the message again. */
    readonly thanks: string;
    readonly again: string;
  };
}
