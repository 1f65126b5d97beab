/** Statements: proved from the orders, on demand. */

import { Directory } from '../../../functions/merchant/directory.ts';
import { verifyStatements } from '../../../functions/statement/verify.ts';
import { Refused } from '../../cli/exit.ts';
import { type Command, command } from '../command.ts';
import { findMerchant } from '../directory-store.ts';

export const statementCommands: readonly Command[] = [
  command({
    name: 'statement verify',
    takes: ['MERCHANT'],
    does: 'recomputes the chain of statements, every line from its order and every total; writes nothing',
    options: {},
    async run({ deployment, say, tell }, [wanted]) {
      const { id } = await findMerchant(deployment, wanted);
      const { orders, statements } = deployment;
      if (!orders) throw new Refused('statement verify reads orders: name --orders-table, too');
      const directory = new Directory(deployment.directory, () => deployment.now());
      const verified = await verifyStatements({ orders, statements, directory }, id, (statement, findings) =>
        say(`${statement.day}  ${statement.lineCount} lines  ${findings.length === 0 ? 'holds' : 'DOES NOT HOLD'}`),
      );
      for (const { day, what, detail } of verified.findings) say(`  ${day} ${what}: ${detail}`);
      say(`${verified.statements} statements, ${verified.lines} lines, ${verified.findings.length} findings`);
      tell({ ...verified });
      if (verified.findings.length > 0) throw new Refused('the statements do not hold');
    },
  }),
];
