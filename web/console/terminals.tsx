/** The merchant's terminals, when each was seen last, and their shifts. */
import type { TerminalView } from '../../functions/contract/answers.ts';
import { Badge } from '../shared/badge.tsx';
import { allOf } from './all-of.ts';
import { useConsole, useLoad } from './context.ts';
import { Await, Table } from './parts.tsx';
import { Shifts } from './shifts.tsx';

export function Terminals() {
  const { client, say, time, path, go } = useConsole();
  const [loaded, again] = useLoad(() => allOf<TerminalView>(client, 'listTerminals', {}), [client]);
  if (path[0] !== undefined) return <Shifts terminalId={path[0]} shiftNo={path[1]} />;
  return (
    <>
      <h2>{say('terminals')}</h2>
      <Await loaded={loaded} again={again}>
        {(terminals) =>
          terminals.length === 0 ? (
            <p class="quiet">{say('noTerminals')}</p>
          ) : (
            <Table
              title={say('terminals')}
              heads={['name', 'store', 'lastSeen', 'clock', 'status', 'terminal', 'shifts']}
            >
              {terminals.map(({ terminalId, name, storeId, lastSeenAt, clockSkewMs, state }) => (
                <tr key={terminalId}>
                  <td>{name}</td>
                  <td>{storeId}</td>
                  {/* It is known to the hour: more digits would be invented. */}
                  <td>{lastSeenAt ? time(lastSeenAt).slice(0, 16) : say('never')}</td>
                  <td>{clockSkewMs === null ? '–' : say('seconds', { n: Math.round(clockSkewMs / 1_000) })}</td>
                  <td>
                    <Badge tone={state === 'active' ? 'good' : 'bad'}>{say(state)}</Badge>
                  </td>
                  <td>{terminalId}</td>
                  <td>
                    <button type="button" class="link" onClick={() => go('terminals', terminalId)}>
                      {say('shifts')}
                    </button>
                  </td>
                </tr>
              ))}
            </Table>
          )
        }
      </Await>
    </>
  );
}
