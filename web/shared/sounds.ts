/** What a cashier hears without looking: made of tones, so that nothing has to be loaded. */
import { type Sound, TONES } from './tones.ts';

let context: AudioContext | undefined;

/** Browsers let a page sound only after a person has touched it: called on the first touch. */
export function allowSound(): void {
  context ??= new AudioContext();
  context.resume().catch(() => {});
}

export function play(sound: Sound): void {
  if (context?.state !== 'running') return;
  let at = context.currentTime;
  for (const [hertz, seconds] of TONES[sound]) {
    if (hertz > 0) beep(context, hertz, at, seconds);
    at += seconds;
  }
}

function beep(audio: AudioContext, hertz: number, at: number, seconds: number): void {
  const tone = new OscillatorNode(audio, { frequency: hertz, type: 'triangle' });
  const volume = new GainNode(audio, { gain: 0 });
  // Without a ramp at both ends it clicks.
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.4, at + 0.01);
  volume.gain.setValueAtTime(0.4, at + seconds - 0.03);
  volume.gain.linearRampToValueAtTime(0, at + seconds);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + seconds);
}
