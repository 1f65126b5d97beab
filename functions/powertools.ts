/** The log and the metrics of a Lambda, by Powertools for AWS Lambda. */
import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { MetricUnit, Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { type Log, type LogOf, loggable, type MetricName, type Metrics } from './telemetry.ts';
import { toInstant } from './time.ts';

const SERVICE = 'tillgate';
const NAMESPACE = 'Tillgate';

/** Writes what is listed in telemetry.ts, and nothing else: neither the context of Lambda nor an error as a whole. */
class ListedFields extends LogFormatter {
  formatAttributes(
    { logLevel, message, timestamp, serviceName }: UnformattedAttributes,
    fields: LogAttributes,
  ): LogItem {
    return new LogItem({
      attributes: {
        level: logLevel,
        message,
        timestamp: toInstant(timestamp.getTime()),
        service: serviceName,
        ...loggable(fields),
      },
    });
  }
}

/**
 * Lines of JSON, as CloudWatch Logs takes them. An instance runs one invocation at a time (and where it runs more, Powertools
 * keeps them apart), so the keys belong to the logger until the next invocation begins.
 */
export function lambdaLog(): LogOf {
  const logger = new Logger({ serviceName: SERVICE, logFormatter: new ListedFields() });
  const log: Log = {
    info: (event, fields = {}) => logger.info(event, fields),
    warn: (event, fields = {}) => logger.warn(event, fields),
    error: (event, fields = {}) => logger.error(event, fields),
  };
  return (keys) => {
    logger.resetKeys();
    logger.appendKeys(keys);
    return log;
  };
}

/** What is shown by its largest value, in milliseconds; everything else is counted. */
const LARGEST: ReadonlySet<MetricName> = new Set(['oldestDueAge']);

/** Metrics in CloudWatch's embedded format: a line of the log that CloudWatch turns into metrics. */
export function lambdaMetrics(): Metrics {
  const metrics = new Powertools({ namespace: NAMESPACE, serviceName: SERVICE });
  return {
    count(name, value = 1) {
      metrics.addMetric(name, LARGEST.has(name) ? MetricUnit.Milliseconds : MetricUnit.Count, value);
    },
    publish() {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
