/** For `npm run mutate`: a property that a mutant broke is not shrunk, and none is tried for longer than a moment. */
import fc from 'fast-check';

fc.configureGlobal({ endOnFailure: true, interruptAfterTimeLimit: 80, markInterruptAsFailure: false });
