import { expect, test } from 'vitest';
import { citedIn } from './citations.ts';

test.each([
  ['F1 F2 is', ['F1', 'F2']],
  ['F65, F69, S1 and S2: every', ['F65', 'F69', 'S1', 'S2']],
  ['Money F7, F15, security M1, security minor 5', ['money F7', 'money F15', 'security M1', 'security minor 5']],
  ['F40, security minor 7 the', ['F40', 'security minor 7']],
  ["'AWS::S3::Bucket', 'F9-1', 'F123', 'XF1'", []],
])('%s cites %j', (cited, ids) => {
  expect(citedIn(cited)).toEqual(ids);
});
