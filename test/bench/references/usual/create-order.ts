export { createOrder as handler } from './middy.ts';
