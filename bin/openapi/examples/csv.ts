/** The first page of the two lists that come as CSV, too, as the product writes them. */
import type { OperationName } from '../../../functions/contract/contract.ts';
import { csvHeader, csvRows, lineColumns, terminalColumns } from '../../../functions/statement/export/csv.ts';
import { ZONE } from './ids.ts';
import { lines, statement, terminals } from './sums.ts';

const ofLines = lineColumns(ZONE);
const ofTerminals = terminalColumns(statement);

export const CSV_EXAMPLES: Readonly<Partial<Record<OperationName, string>>> = {
  listStatementLines: csvHeader(ofLines) + csvRows(ofLines, lines),
  listStatementTotals: csvHeader(ofTerminals) + csvRows(ofTerminals, terminals),
};
