/** The customer's own code for the shop's scanner; what the shop charged with it comes back to this screen by itself. */
import { useEffect, useState } from 'preact/hooks';
import { BarCode, QrCode } from '../shared/codes.tsx';
import { Check, End } from './cashier.tsx';
import type { Ending } from './news.ts';
import { type Charged, confirm, newCode, newsOf } from './simulator.ts';
import { useWallet } from './use-wallet.ts';

/** The app hears of a scan within a moment. */
const LOOK_EVERY_MS = 700;

export function OwnCode() {
  const { manner, noMoney, held } = useWallet();
  const [round, setRound] = useState(0);
  const [code, setCode] = useState<string>();
  const [charged, setCharged] = useState<Charged>();
  const [ending, setEnding] = useState<Ending>();
  const [isLost, setLost] = useState(false);
  const renew = () => setRound((before) => before + 1);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    setCode(undefined);
    setCharged(undefined);
    setEnding(undefined);
    const look = async (shown: string | undefined) => {
      let next = shown;
      try {
        next ??= await newCode(held, noMoney);
        if (isOver) return;
        setCode(next);
        const news = await newsOf(held, next);
        if (isOver) return;
        setLost(false);
        if ('amount' in news) {
          setCharged(news);
          if (news.result !== 'waiting') return setEnding(news.result);
        } else if (news.result === 'expired') next = undefined;
      } catch {
        if (isOver) return;
        setLost(true);
      }
      timer = setTimeout(look, LOOK_EVERY_MS, next);
    };
    look(undefined);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [round, noMoney, held]);

  if (ending) return <End ending={ending} asked={charged} onDone={renew} />;
  if (charged && code)
    return <Check key={code} asked={charged} enter={() => confirm(held, code, manner)} onEnd={setEnding} />;
  return <Shown code={code} isLost={isLost} renew={renew} />;
}

interface ShownProps {
  readonly code: string | undefined;
  readonly isLost: boolean;
  renew(): void;
}

function Shown({ code, isLost, renew }: ShownProps) {
  const { say } = useWallet();
  const [copied, setCopied] = useState<string>();
  const copy = async () => {
    await navigator.clipboard.writeText(code ?? '');
    setCopied(code);
  };
  return (
    <section class="card stack own">
      <h2>{say('codeTitle')}</h2>
      {isLost && (
        <p class="fault" role="alert">
          {say('noAnswer')}
        </p>
      )}
      {code && (
        <>
          <BarCode text={code} label={say('barLabel')} />
          <p class="number" data-code={code}>
            {code.replace(/(\d{4})(?=\d)/g, '$1 ')}
          </p>
          <div class="square">
            <QrCode text={code} label={say('codeLabel')} />
          </div>
        </>
      )}
      <p class="quiet small">{say('codeText')}</p>
      <div class="row">
        <button type="button" disabled={!code} onClick={copy}>
          {say(code !== undefined && copied === code ? 'copied' : 'copy')}
        </button>
        <button type="button" onClick={renew}>
          {say('renew')}
        </button>
      </div>
    </section>
  );
}
