/**
 * What can be done to the signature of a request on its way: each mutation makes another message of it, never the same one spelt
 * otherwise (attacks.test.ts lists those). `undefined`: there is nothing of the kind in this request.
 */
import { headerOf, type RawRequest, withRawHeader } from '../support/raw-http.ts';

/** A number below `n`, from the seed. */
export type Dice = (n: number) => number;
export type Mutation = (request: RawRequest, dice: Dice) => RawRequest | undefined;

/** What a mutation may borrow. */
export interface Others {
  /** Keyids of other credentials: a colleague's, a revoked one, another merchant's, nobody's. */
  readonly keyids: readonly string[];
  readonly host: string;
  readonly otherHosts: readonly string[];
}

export const add = (request: RawRequest, ...headers: [string, string][]) => ({
  ...request,
  headers: [...request.headers, ...headers],
});
export const pick = <T>(values: readonly T[], dice: Dice) => values[dice(values.length)] as T;
const signatureOf = (request: RawRequest) =>
  Buffer.from(/:(.*):/.exec(headerOf(request, 'signature'))?.[1] ?? '', 'base64');
const signedBy = (request: RawRequest, bytes: Buffer) =>
  withRawHeader(request, 'signature', `sig1=:${bytes.toString('base64')}:`);
export const flipped = (bytes: Buffer, dice: Dice) => {
  const changed = Buffer.from(bytes);
  const bit = dice(bytes.length * 8);
  changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return changed;
};

/** The members of a Signature-Input: the covered components and the parameters, as text. */
interface Input {
  readonly components: readonly string[];
  readonly parameters: readonly string[];
}

function inputOf(request: RawRequest): Input {
  const [, inner = '', rest = ''] = /^sig1=\(([^)]*)\)(.*)$/.exec(headerOf(request, 'signature-input')) ?? [];
  return { components: inner.split(' ').filter(Boolean), parameters: rest.split(';').filter(Boolean) };
}

const withInput = (request: RawRequest, { components, parameters }: Input, label = 'sig1') =>
  withRawHeader(
    request,
    'signature-input',
    `${label}=(${components.join(' ')})${parameters.map((it) => `;${it}`).join('')}`,
  );

const withParameter = (request: RawRequest, name: string, value: string) => {
  const { components, parameters } = inputOf(request);
  const changed = parameters.map((it) => (it.startsWith(`${name}=`) ? `${name}=${value}` : it));
  return withInput(request, { components, parameters: changed });
};

/** Of a list, in another order than before. */
function shuffled<T>(values: readonly T[], dice: Dice): T[] {
  const [from, to] = [dice(values.length), 1 + dice(values.length - 1)];
  const rest = values.toSpliced(from, 1);
  return rest.toSpliced((from + to) % values.length, 0, values[from] as T);
}

const COMPONENTS = [
  '"@target-uri"',
  '"@request-target"',
  '"@scheme"',
  '"host"',
  '"date"',
  '"content-type"',
  '"@status"',
];
const ALGS = [
  'none',
  'hmac-sha256',
  'rsa-pss-sha512',
  'rsa-v1_5-sha256',
  'ED25519',
  'Ed25519',
  'ecdsa-p384-sha384',
  '',
];

/** Of what the signature says. */
export function signatureMutations({ keyids }: Others): Readonly<Record<string, Mutation>> {
  return {
    'signature: a bit': (it, dice) => signedBy(it, flipped(signatureOf(it), dice)),
    'signature: two bits': (it, dice) => {
      const twice = flipped(flipped(signatureOf(it), dice), dice);
      return twice.equals(signatureOf(it)) ? undefined : signedBy(it, twice);
    },
    'signature: shorter': (it, dice) => signedBy(it, signatureOf(it).subarray(0, dice(64))),
    'signature: longer': (it, dice) => signedBy(it, Buffer.concat([signatureOf(it), Buffer.alloc(1 + dice(64))])),
    'signature: halves exchanged': (it) => {
      const bytes = signatureOf(it);
      return signedBy(it, Buffer.concat([bytes.subarray(32), bytes.subarray(0, 32)]));
    },
    'signature: filled': (it, dice) => signedBy(it, Buffer.alloc(64, dice(256))),
    'signature: no bytes': (it, dice) =>
      withRawHeader(it, 'signature', pick(['sig1=::', 'sig1="x"', 'sig1', 'sig1=?1', 'sig1=1', ''], dice)),
    'signature: under another label': (it) =>
      withRawHeader(it, 'signature', headerOf(it, 'signature').replace('sig1', 'sig2')),
    'signature: a second header line': (it, dice) =>
      add(it, ['Signature', `sig1=:${flipped(signatureOf(it), dice).toString('base64')}:`]),
    'signature: a second label': (it, dice) =>
      withRawHeader(
        it,
        'signature',
        `${headerOf(it, 'signature')}, sig${dice(9)}=:${flipped(signatureOf(it), dice).toString('base64')}:`,
      ),
    'input: components in another order': (it, dice) => {
      const { components, parameters } = inputOf(it);
      return withInput(it, { components: shuffled(components, dice), parameters });
    },
    'input: a component less': (it, dice) => {
      const { components, parameters } = inputOf(it);
      return withInput(it, { components: components.toSpliced(dice(components.length), 1), parameters });
    },
    'input: a component twice': (it, dice) => {
      const { components, parameters } = inputOf(it);
      return withInput(it, { components: [...components, pick(components, dice)], parameters });
    },
    'input: a component more': (it, dice) => {
      const { components, parameters } = inputOf(it);
      return withInput(it, {
        components: components.toSpliced(dice(components.length + 1), 0, pick(COMPONENTS, dice)),
        parameters,
      });
    },
    'input: a component with a parameter': (it, dice) => {
      const { components, parameters } = inputOf(it);
      const at = dice(components.length);
      const odd = pick([';sf', ';bs', ';req', ';tr', ';key="a"', ';name="day"'], dice);
      return withInput(it, { components: components.with(at, `${components[at]}${odd}`), parameters });
    },
    'input: a component in capitals': (it, dice) => {
      const { components, parameters } = inputOf(it);
      const at = dice(components.length);
      return withInput(it, { components: components.with(at, String(components[at]).toUpperCase()), parameters });
    },
    'input: nothing covered': (it) => withInput(it, { ...inputOf(it), components: [] }),
    'input: parameters in another order': (it, dice) => {
      const { components, parameters } = inputOf(it);
      return withInput(it, { components, parameters: shuffled(parameters, dice) });
    },
    'input: a parameter less': (it, dice) => {
      const { components, parameters } = inputOf(it);
      return withInput(it, { components, parameters: parameters.toSpliced(dice(parameters.length), 1) });
    },
    'input: a parameter more': (it, dice) => {
      const { components, parameters } = inputOf(it);
      const more = pick(['expires=9999999999', 'nonce="n"', 'x=1', 'created', 'req'], dice);
      return withInput(it, { components, parameters: [...parameters, more] });
    },
    'input: a parameter twice': (it, dice) => {
      const { components, parameters } = inputOf(it);
      const other = pick(['created=1', `keyid="${pick(keyids, dice)}"`, 'alg="none"', 'tag="other"'], dice);
      return withInput(it, { components, parameters: [...parameters, other] });
    },
    'input: another time': (it, dice) => {
      const created = Number(/created=(\d+)/.exec(headerOf(it, 'signature-input'))?.[1]);
      return withParameter(it, 'created', String(created + (dice(2) === 0 ? 1 : -1) * (1 + dice(100_000))));
    },
    'input: a time that is none': (it, dice) =>
      withParameter(it, 'created', pick(['-1', '1e9', '"1"', '1.5', '99999999999999999', '?1'], dice)),
    'input: the key of another': (it, dice) => withParameter(it, 'keyid', `"${pick(keyids, dice)}"`),
    'input: the keyid spelt otherwise': (it, dice) => {
      const keyid = /keyid="([^"]*)"/.exec(headerOf(it, 'signature-input'))?.[1] ?? '';
      const spelt = [
        keyid.toUpperCase(),
        `${keyid} `,
        `${keyid}1`,
        keyid.replace('.1', '.01'),
        keyid.replace('.', '%2E'),
      ];
      return withParameter(it, 'keyid', `"${pick(spelt, dice)}"`);
    },
    'input: another algorithm': (it, dice) => withParameter(it, 'alg', `"${pick(ALGS, dice)}"`),
    "input: the other key's algorithm": (it) => {
      const isEd = headerOf(it, 'signature-input').includes('alg="ed25519"');
      return withParameter(it, 'alg', isEd ? '"ecdsa-p256-sha256"' : '"ed25519"');
    },
    'input: another tag': (it, dice) =>
      withParameter(it, 'tag', pick(['"tillgate-enrolment-v1"', '"tillgate-v2"', '""', '"TILLGATE-V1"'], dice)),
    'input: another label': (it) => withInput(it, inputOf(it), 'sig2'),
    'input: another label, in both': (it) =>
      withRawHeader(withInput(it, inputOf(it), 'x'), 'signature', headerOf(it, 'signature').replace('sig1', 'x')),
    'input: a label twice': (it, dice) => {
      const input = headerOf(it, 'signature-input');
      const cheap = 'sig1=("@method");created=1;keyid="x"';
      return withRawHeader(
        it,
        'signature-input',
        pick([`${input}, ${cheap}`, `${input}, ${input.replace('1=', '2=')}`], dice),
      );
    },
    'input: a second header line': (it) => add(it, ['Signature-Input', 'sig1=();created=1;keyid="x"']),
    'input: a character': (it, dice) => {
      const input = headerOf(it, 'signature-input');
      // Blanks and zeros may be spelling; letters, digits beside them and signs are not.
      const places = [...input].flatMap((char, at) => (/[a-z@"=;)(1-9]/.test(char) ? [at] : []));
      const at = pick(places, dice);
      const other = pick(
        ['x', '9', '"', ';', '(', '\u00e9', '\u0430'].filter((char) => char !== input[at]),
        dice,
      );
      return withRawHeader(it, 'signature-input', input.slice(0, at) + other + input.slice(at + 1));
    },
  };
}
