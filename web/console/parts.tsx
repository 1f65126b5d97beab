/** The small parts that sections are made of. */
import type { ComponentChildren } from 'preact';
import type { OrderView } from '../../functions/contract/answers.ts';
import { Badge } from '../shared/badge.tsx';
import { Fault } from '../shared/fault.tsx';
import { Fit } from '../shared/fit.tsx';
import { type Loaded, useConsole } from './context.ts';
import { faultText } from './fault-text.ts';
import type { Word } from './messages.ts';
import { statusBadge } from './tones.ts';

/** What was asked for, or that it is being waited for, or why it is not there, with a way to ask again. */
export function Await<T>(props: { loaded: Loaded<T>; again: () => void; children: (value: T) => ComponentChildren }) {
  const { loaded, again, children } = props;
  const { say, lang } = useConsole();
  if (loaded.state === 'loading')
    return (
      <p class="quiet loading" role="status">
        {say('loading')}
      </p>
    );
  if (loaded.state === 'fault')
    return <Fault text={faultText(lang, loaded.fault)} retry={say('reload')} again={again} />;
  return <>{children(loaded.value)}</>;
}

export function StatusBadge({ order }: { order: OrderView }) {
  const { say } = useConsole();
  const { tone, words } = statusBadge(order);
  return <Badge tone={tone}>{words.map((word) => say(word)).join(' · ')}</Badge>;
}

/** A figure that stands for itself. */
export function Figure(props: { name: string; value: string; note?: string | undefined; strong?: boolean }) {
  return (
    <div class={props.strong ? 'figure strong' : 'figure'}>
      <dt>{props.name}</dt>
      <dd>
        <Fit text={props.value} />
        {props.note && <small>{props.note}</small>}
      </dd>
    </div>
  );
}

/**
 * A table that scrolls inside the page where it does not fit, also by keyboard. `words` are its heads; amounts among them stand
 * right.
 */
export function Table(props: {
  title: string;
  heads: readonly Word[];
  right?: readonly Word[];
  children: ComponentChildren;
}) {
  const { say } = useConsole();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="scroll" tabIndex={0} aria-label={props.title}>
      <table>
        <thead>
          <tr>
            {props.heads.map((head) => (
              <th key={head} scope="col" class={props.right?.includes(head) ? 'right' : undefined}>
                {say(head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </section>
  );
}

/** What is known of one thing, named; what is absent is left out. */
export function Facts({ facts }: { facts: readonly (readonly [Word, ComponentChildren])[] }) {
  const { say } = useConsole();
  return (
    <dl class="facts">
      {facts.map(([word, value]) =>
        value ? (
          <div key={word}>
            <dt>{say(word)}</dt>
            <dd>{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

export function DayInput(props: { word: Word; day: string; max: string; onDay: (day: string) => void }) {
  const { say } = useConsole();
  return (
    <label>
      {say(props.word)}
      <input
        type="date"
        name="day"
        value={props.day}
        max={props.max}
        required
        onChange={({ currentTarget: { value } }) => value && props.onDay(value)}
      />
    </label>
  );
}
