/** A hand scanner types wherever the focus is: the whole page listens for it. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Burst, heard, isScanned, LATE_ENTER_MS, SILENCE_MS } from './hand-scanner.ts';

interface Listener {
  /** Something begins to be typed, by a person or by a scanner; it is not yet where the focus is. */
  begins?(): void;
  /** A scanner has typed this; it also stands where the focus is. */
  scanned(text: string): void;
  /** Any other key of a person, and each character of a scanner that cannot be told from one yet. */
  typed?(event: KeyboardEvent): void;
}

export function useScanner(listener: Listener): void {
  const burst = useRef<Burst | undefined>(undefined);
  const scannedAt = useRef(Number.NEGATIVE_INFINITY);
  const silence = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(listener);
  latest.current = listener;
  // Before the screen is painted: the next key may come sooner.
  useLayoutEffect(() => {
    const take = (): boolean => {
      const whole = burst.current;
      if (!whole || !isScanned(whole)) return false;
      burst.current = undefined;
      scannedAt.current = whole.lastAt;
      latest.current.scanned(whole.text);
      return true;
    };
    const listen = (event: KeyboardEvent) => {
      const { key, timeStamp, repeat } = event;
      const isShortcut = event.ctrlKey || event.metaKey || event.altKey;
      if (key === 'Shift') return;
      clearTimeout(silence.current);
      // Scanners are set to end a code with either, or with nothing.
      if (key === 'Enter' || key === 'Tab') {
        const isEnd = take() || timeStamp - scannedAt.current < LATE_ENTER_MS;
        if (isEnd) return event.preventDefault();
      }
      if ([...key].length === 1 && !isShortcut && !repeat) {
        const next = heard(burst.current, key, timeStamp);
        if (next.text === key) latest.current.begins?.();
        burst.current = next;
        if (isScanned(next)) silence.current = setTimeout(take, SILENCE_MS);
      } else burst.current = undefined;
      latest.current.typed?.(event);
    };
    addEventListener('keydown', listen, { capture: true });
    return () => {
      clearTimeout(silence.current);
      removeEventListener('keydown', listen, { capture: true });
    };
  }, []);
}
