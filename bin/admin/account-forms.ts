/** How an operator names an account at each channel: its members, the options that set them, and what they must look like. Pure. */
import { payeeOf } from '../../functions/channel/account.ts';
import { channelIds, takes, traitsOf } from '../../functions/channel/channels.ts';
import type { Account, ChannelId } from '../../functions/channel/registry.ts';
import { isCurrency } from '../../functions/money.ts';
import { textFault } from '../../functions/text.ts';
import { UsageError } from '../cli/exit.ts';

/** A member of an account, and the option that sets it. */
interface Field {
  readonly option: string;
  /** For `--help`: what is typed, and what it is. */
  readonly help: readonly [value: string, does: string];
  /** Why nothing is connected without it. */
  readonly missing: string;
  /** What is wrong with a value; undefined: nothing. */
  fault(value: string): string | undefined;
  /** What is typed as the account keeps it; absent: as it is. @throws UsageError */
  read?(text: string): unknown;
}

interface AccountForm {
  /** By member, those that say whose account it is first. */
  readonly fields: Readonly<Record<string, Field>>;
  /** The merchant's authorisation of another's app: a secret, of this one account only. */
  readonly token: { readonly member: string; readonly option: string; readonly name: string; readonly longest: number };
  /** By what we call: the word for it, and the member that names it. */
  readonly caller: { readonly word: string; readonly member: string };
}

const shaped = (pattern: RegExp, fault: (value: string) => string) => (value: string) =>
  pattern.test(value) ? undefined : fault(value);

const FORMS: Readonly<Record<ChannelId, AccountForm>> = {
  alipay: {
    fields: {
      appId: {
        option: 'app-id',
        help: ['APP', 'the app that signs; its keys are in the secret (local: the one of the stack)'],
        missing: 'name the app that signs: --app-id',
        fault: shaped(
          /^[0-9]{8,32}$/,
          (id) => `an app id consists of digits, such as 2021000000000001; ${id} does not`,
        ),
      },
      sellerId: {
        option: 'seller-id',
        help: ['2088…', "the merchant's own account at the acquirer; money goes there and nowhere else"],
        missing:
          "name the merchant's own account at the acquirer: --seller-id (every notification is checked against it, with an authorisation, too)",
        fault: shaped(/^2088[0-9]{12}$/, (id) => `a seller id is 2088 and 12 more digits; ${id} is not`),
      },
    },
    token: { member: 'appAuthToken', option: 'app-auth-token', name: 'an app-auth-token', longest: 40 },
    caller: { word: 'app', member: 'appId' },
  },
  antom: {
    fields: {
      clientId: {
        option: 'client-id',
        help: ['CLIENT', 'the client id by which we call; its keys are in the secret'],
        missing: 'name the client id by which we call: --client-id',
        fault: shaped(/^[A-Za-z0-9_-]{5,64}$/, (id) => `a client id has 5 to 64 of A-Z a-z 0-9 _ -; ${id} has not`),
      },
      referenceMerchantId: {
        option: 'reference-merchant-id',
        help: ['ID', 'the merchant as it is registered at the acquirer; money goes there and nowhere else'],
        missing: 'name the merchant as it is registered at the acquirer: --reference-merchant-id',
        fault: shaped(
          /^[A-Za-z0-9._-]{1,32}$/,
          (id) => `a reference merchant id has 1 to 32 of A-Z a-z 0-9 . _ -; ${id} has not`,
        ),
      },
      merchantName: {
        option: 'merchant-name',
        help: ['NAME', "what the customer's wallet shows"],
        missing: "name what the customer's wallet shows: --merchant-name",
        fault: (name) =>
          name.length <= 256 && name.trim() === name && textFault(name) === undefined
            ? undefined
            : 'a merchant name has 1 to 256 characters, without line breaks, invisible characters or spaces around it',
      },
      merchantMCC: {
        option: 'mcc',
        help: ['CODE', 'its category code, ISO 18245, such as 5411'],
        missing: "name the merchant's category code: --mcc",
        fault: shaped(/^[0-9]{4}$/, (code) => `a category code has four digits, such as 5411; ${code} has not`),
      },
      currencies: {
        option: 'currencies',
        help: ['LIST', 'in what the contract settles the currencies of orders: "JPY:USD,HKD:USD,CNY:CNY"'],
        missing: 'name what the contract settles in what: --currencies "JPY:USD,HKD:USD"',
        fault: () => undefined,
        read: readSettlement,
      },
    },
    token: { member: 'agentToken', option: 'agent-token', name: 'an agent token', longest: 128 },
    caller: { word: 'client', member: 'clientId' },
  },
};

export const formOf = (channel: ChannelId): AccountForm => FORMS[channel];

/** `JPY:USD,HKD:USD` by the currency of the order. */
function readSettlement(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.trim().split(':'));
  const currencies: Record<string, string> = {};
  for (const [currency = '', settled = '', ...more] of pairs) {
    if (!isCurrency(currency) || !isCurrency(settled) || more.length > 0 || currency in currencies)
      throw new UsageError(`--currencies is a list such as "JPY:USD,HKD:USD", each currency once, not ${text}`);
    currencies[currency] = settled;
  }
  return currencies;
}

/** The members of any account, by name. */
export const membersOf = (account: Account): Readonly<Record<string, unknown>> => ({ ...account });

export function tokenOf(account: Account): string | undefined {
  return membersOf(account)[formOf(account.channel).token.member] as string | undefined;
}

/** The account with another authorisation; undefined: without one. */
export function withTokenOf(account: Account, token: string | undefined): Account {
  const { [formOf(account.channel).token.member]: _, ...others } = membersOf(account);
  return { ...others, ...(token !== undefined && { [formOf(account.channel).token.member]: token }) } as never;
}

/** Which account it is, as people name it: `2088000000000001 (app 2021000000000001)`. */
export function whose(account: Account): string {
  const { word, member } = formOf(account.channel).caller;
  return `${payeeOf(account)} (${word} ${membersOf(account)[member]})`;
}

/** The members that say whose account it is, by name. */
export function identityOf(account: Account): Record<string, string> {
  const names = Object.keys(traitsOf(account.channel).account.identity);
  return Object.fromEntries(names.map((name) => [name, String(membersOf(account)[name])]));
}

/** What is wrong with the account that a form makes; undefined: nothing. */
export function faultOf(channel: ChannelId, members: Readonly<Record<string, unknown>>): string | undefined {
  const { fields, token } = formOf(channel);
  for (const [member, field] of Object.entries(fields)) if (members[member] === undefined) return field.missing;
  for (const [member, field] of Object.entries(fields)) {
    const value = members[member];
    const fault = typeof value === 'string' ? field.fault(value) : undefined;
    if (fault !== undefined) return fault;
  }
  const settled = traitsOf(channel).account.settlement;
  const strange = settled && Object.keys(members[settled] ?? {}).find((currency) => !takes(channel, currency));
  if (strange) return `${channel} takes no orders in ${strange}`;
  return tokenFault(channel, members[token.member]);
}

export function tokenFault(channel: ChannelId, token: unknown): string | undefined {
  const { name, longest } = formOf(channel).token;
  const isToken =
    typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) && token.length >= 8 && token.length <= longest;
  return token === undefined || isToken ? undefined : `${name} has 8 to ${longest} characters`;
}

type TokenOption = 'app-auth-token' | 'agent-token';
const TOKEN_HELP: Readonly<Record<TokenOption, readonly [string, string]>> = {
  'app-auth-token': ['TOKEN', "the merchant's authorisation of a service provider's app; none: its own app"],
  'agent-token': ['TOKEN', "the merchant's authorisation of a service provider's client; none: its own client"],
};

/** The options of the accounts of `channels`, for a command's help. */
export function accountOptions(channels: readonly ChannelId[]): Record<string, readonly [value: string, help: string]> {
  const isOne = channels.length === 1;
  return Object.fromEntries(
    channels.flatMap((channel) => {
      const { fields, token } = formOf(channel);
      const of = isOne ? '' : `${channel}: `;
      const own = Object.values(fields).map(
        ({ option, help: [value, does] }) => [option, [value, `${of}${does}`]] as const,
      );
      const [value, does] = TOKEN_HELP[token.option as TokenOption];
      return [...own, [token.option, [value, `${of}${does}`]] as const];
    }),
  );
}

/**
 * What is asked of an account at `channel`, by member; a token that is taken away is null. Empty: nothing is.
 * @throws UsageError for an option of another channel's form, or a value that cannot be read
 */
export function askedAccount(channel: ChannelId, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  for (const other of channelIds) {
    const foreign = Object.keys(accountOptions([other])).find(
      (option) => other !== channel && values[option] !== undefined && !(option in accountOptions([channel])),
    );
    if (foreign) throw new UsageError(`--${foreign} is of an account at ${other}: name --channel ${other}`);
  }
  const { fields, token } = formOf(channel);
  const asked: Record<string, unknown> = {};
  for (const [member, { option, read }] of Object.entries(fields)) {
    const text = values[option];
    if (typeof text === 'string') asked[member] = read ? read(text) : text;
  }
  const given = values[token.option];
  if (given !== undefined) asked[token.member] = given === 'none' ? null : given;
  return asked;
}
