/**
 * What a statement of a large merchant-day costs, measured against what cannot be avoided: parsing the pages that the
 * table answers. `npx node test/bench/statement.ts --orders 1000000 --json`
 *
 * Counted as parsing: `JSON.parse` of a BatchGetItem answer of 100 orders, from its bytes, and the document client's own
 * `unmarshall` of each item. The SDK's walk over the response, HTTP and signing are left out: they would only flatter us.
 * Counted as building: which facts become lines, their fees, sorting, runs that are put aside and merged, the sealed
 * chunks with their hashes, totals, and the CSV of all lines. `ratioToParse` is (parsing + building) / parsing, in CPU of
 * the whole process, garbage collection included. Both happen page by page in one run, so that they see the same machine.
 */
import { parseArgs } from 'node:util';
import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
