export { alipayNotification as handler } from './middy.ts';
