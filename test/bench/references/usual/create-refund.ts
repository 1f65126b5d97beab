export { createRefund as handler } from './middy.ts';
