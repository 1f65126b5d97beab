/** Bundled in place of `@smithy/core/event-streams`: no call of a function is answered by a stream of events. */
const unused = (): never => {
  throw new Error('a stream of events was asked for');
};

export { unused as EventStreamSerde, unused as eventStreamSerdeProvider };
