import { notificationHandler } from './take.ts';

export const handler = notificationHandler('alipay');
