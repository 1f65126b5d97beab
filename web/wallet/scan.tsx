/** The shop's code, as a customer without a camera gets at it: by its text, by a picture, or by a link on the till. */
import { useEffect, useState } from 'preact/hooks';
import { readPicture } from '../shared/read-code.ts';
import { Check, End } from './cashier.tsx';
import type { Word } from './messages.ts';
import { type Ending, troubleOf } from './news.ts';
import { type Asked, type Holding, pay, Refused, scan } from './simulator.ts';
import { useWallet } from './use-wallet.ts';

interface Opened {
  readonly qrCode: string;
  readonly asked: Asked;
}

interface ScanProps {
  /** What the link on the till said. */
  readonly opened: Opened | undefined;
  readonly trouble: Word | undefined;
  open(qrCode: string): Promise<void>;
  readPasted(file: Blob): Promise<void>;
  onDone(): void;
}

/** The code that is open, whichever way it came; and why there is none. */
export function useOpened(held: Holding) {
  const [opened, setOpened] = useState<Opened>();
  const [trouble, setTrouble] = useState<Word>();
  const open = async (text: string) => {
    const qrCode = text.trim();
    setTrouble(undefined);
    setOpened(undefined);
    try {
      setOpened({ qrCode, asked: await scan(held, qrCode) });
    } catch (fault) {
      const status = fault instanceof Refused ? fault.status : undefined;
      setTrouble(troubleOf(status));
    }
  };
  // Another wallet is charged in another currency, or does not take the code.
  useEffect(() => {
    if (opened) open(opened.qrCode);
  }, [held]);
  const readPasted = async (file: Blob) => {
    const found = await readPicture(file);
    if (found === undefined) setTrouble('noCode');
    else await open(found);
  };
  const onDone = () => {
    setOpened(undefined);
    setTrouble(undefined);
  };
  return { opened, trouble, open, readPasted, onDone };
}

export function Scan({ opened, ...props }: ScanProps) {
  // Another code is another payment: nothing of the one before is left on the screen.
  return opened ? <Paying key={opened.qrCode} {...opened} onDone={props.onDone} /> : <Open {...props} />;
}

function Paying({ qrCode, asked, onDone }: Opened & { onDone: () => void }) {
  const { manner, held } = useWallet();
  const [ending, setEnding] = useState<Ending>();
  if (ending) return <End ending={ending} asked={asked} onDone={onDone} />;
  return <Check asked={asked} enter={() => pay(held, qrCode, manner)} onEnd={setEnding} />;
}

function Open({ open, readPasted, trouble }: Omit<ScanProps, 'opened'>) {
  const { say } = useWallet();
  const [text, setText] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    open(text);
  };
  const paste = (event: ClipboardEvent) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'));
    if (!file) return;
    event.preventDefault();
    readPasted(file);
  };
  const choose = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    const [file] = currentTarget.files ?? [];
    if (file) readPasted(file);
    // The same picture may be chosen again.
    currentTarget.value = '';
  };
  return (
    <form class="card stack" onSubmit={submit} onPaste={paste}>
      <h2>{say('scanTitle')}</h2>
      <p class="quiet">{say('scanText')}</p>
      {trouble && (
        <p class="fault" role="alert">
          {say(trouble)}
        </p>
      )}
      <label>
        {say('scanField')}
        <input
          name="qrCode"
          class="typed"
          autocomplete="off"
          spellcheck={false}
          maxLength={500}
          placeholder="qr.alipay.com/…"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="primary" disabled={text.trim() === ''}>
        {say('scanDo')}
      </button>
      {/* The browser's own button speaks the browser's language, not the page's. */}
      <label class="file">
        {say('picture')}
        <input name="picture" class="sr" type="file" accept="image/*" onChange={choose} />
      </label>
    </form>
  );
}
