/** The customer's own code: typed by a hand scanner, or seen by the camera. It is handed on and kept nowhere. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { TILL_CODE_FORM } from '../../functions/channel/channels.ts';
import type { ChannelId } from '../../functions/channel/registry.ts';
import type { Money } from '../../functions/money.ts';
import { Sum } from '../shared/fit.tsx';
import { hasCamera, readCamera } from '../shared/read-code.ts';
import { channelName } from '../shared/say.ts';
import { useScanner } from './use-scanner.ts';
import { useTill } from './use-till.ts';

interface ScanProps {
  readonly amount: Money;
  /** Of the order that is open; of a new one the server chooses it. */
  readonly channel?: ChannelId | undefined;
  onCode(tillCode: string): void;
  back(): void;
}

export function Scan({ amount, channel, onCode, back }: ScanProps) {
  const { say, money, lang } = useTill();
  const [code, setCode] = useState('');
  const [isBad, setBad] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  // Before the screen is painted: a scanner types at once.
  useLayoutEffect(() => field.current?.focus(), []);
  const charge = (typed: string) => {
    const digits = typed.replace(/\s/g, '');
    if (TILL_CODE_FORM.test(digits)) return onCode(digits);
    setBad(true);
    setCode('');
    field.current?.focus();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    charge(code);
  };
  // Wherever the focus is, and whether the scanner ends with Enter or not.
  useScanner({ scanned: charge });
  return (
    <form class="card sale stack" onSubmit={submit}>
      <h2>{say('scanTitle')}</h2>
      <Sum text={money(amount)} />
      <p class="quiet">{say('scanText', channel && { channel: channelName(lang, channel) })}</p>
      {isBad && (
        <p class="fault" role="alert">
          {say('scanBad')}
        </p>
      )}
      <label>
        {say('scanField')}
        <input
          ref={field}
          name="tillCode"
          class="typed"
          inputMode="numeric"
          autocomplete="off"
          maxLength={40}
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
      </label>
      {hasCamera() && <Camera onCode={onCode} />}
      <div class="row">
        <button type="submit" class="primary" disabled={code === ''}>
          {say('scanDo')}
        </button>
        <button type="button" onClick={back}>
          {say('back')}
        </button>
      </div>
    </form>
  );
}

function Camera({ onCode }: { onCode: (tillCode: string) => void }) {
  const { say } = useTill();
  const [isOn, setOn] = useState(false);
  const [isFaulty, setFaulty] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (!isOn || !video.current) return;
    const stop = new AbortController();
    readCamera(video.current, (text) => TILL_CODE_FORM.test(text), stop.signal).then(
      (found) => found !== undefined && onCode(found),
      () => {
        setFaulty(true);
        setOn(false);
      },
    );
    return () => stop.abort();
  }, [isOn]);
  return (
    <>
      {isFaulty && (
        <p class="fault" role="alert">
          {say('cameraFault')}
        </p>
      )}
      {isOn && <video ref={video} class="camera" muted playsInline aria-label={say('cameraView')} />}
      <button type="button" onClick={() => setOn(!isOn)}>
        {say(isOn ? 'cameraStop' : 'camera')}
      </button>
    </>
  );
}
