/** The usual stack as an express application behind an adapter; one bundle for all requests. */
import express from 'express';
import serverless from 'serverless-http';
import type { Event } from '../floor/caller.ts';
import * as service from './service.ts';

const app = express();
app.use(express.json());
app.use(express.urlencoded({ extended: false }));

// biome-ignore lint/suspicious/noExplicitAny: express has no types here
type Any = any;
const eventOf = (request: Any): Event => request.original;
const answer = (run: (request: Any) => Promise<{ status: number; body: unknown }>) => async (req: Any, res: Any) => {
  const { status, body } = await run(req);
  if (typeof body === 'string') res.status(status).send(body);
  else res.status(status).json(body);
};

app.post(
  '/v1/orders',
  answer((req) => service.createOrder(eventOf(req), req.body)),
);
app.get(
  '/v1/orders/:orderId',
  answer((req) => service.getOrder(eventOf(req), req.params.orderId)),
);
app.post(
  '/v1/orders/:orderId/refunds',
  answer((req) => service.createRefund(eventOf(req), req.params.orderId, req.body)),
);
app.post(
  '/v1/notifications/alipay',
  answer((req) => service.takeNotification(req.body)),
);

const adapted = serverless(app, {
  request(request: Any, event: Any) {
    request.original = event.original;
  },
});

// The adapter changes the event, and the signature covers what was sent.
export const handler = (event: Event, context: object) => adapted({ ...event, original: event }, context);
