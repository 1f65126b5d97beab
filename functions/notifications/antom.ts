import { notificationHandler } from './take.ts';

export { warmUp } from '../services.ts';

export const handler = notificationHandler('antom');
