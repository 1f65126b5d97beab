export { getOrder as handler } from './middy.ts';
