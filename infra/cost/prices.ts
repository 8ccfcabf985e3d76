/** What AWS asks for, in USD: list prices without discounts and taxes. */
export interface Prices {
  /** Where and when they were read. */
  readonly source: string;
  readonly keyMonth: number;
  readonly secretMonth: number;
  /** Of a million requests. */
  readonly queueRequests: number;
  readonly alarmMonth: number;
  readonly dashboardMonth: number;
  readonly webAclMonth: number;
  readonly schedules: number;
  readonly functionRequests: number;
  /** Of one gigabyte-second on arm64. */
  readonly functionGbSecond: number;
  readonly apiRequests: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly events: number;
  readonly logsGb: number;
  readonly tableGbMonth: number;
  readonly objectGbMonth: number;
  /** PUT, COPY, POST and LIST; of a million. */
  readonly objectWrites: number;
  readonly objectReads: number;
  /** To the internet, of one GB. */
  readonly outGb: number;
  /** Of 10,000 signatures with an elliptic curve. */
  readonly signatures10k: number;
}

/**
 * The price pages are https://aws.amazon.com/SERVICE/pricing/ with lambda, api-gateway, dynamodb, s3, sqs, kms,
 * secrets-manager, cloudwatch, eventbridge, waf.
 */
export const prices: Readonly<Record<string, Prices>> = {
  "us-east-1": {
    source: "copies of AWS's price pages, November 2026",
    ...{ keyMonth: 1, secretMonth: 0.4, signatures10k: 0.15 },
    ...{ alarmMonth: 0.1, dashboardMonth: 3, logsGb: 0.5, webAclMonth: 5 },
    ...{ queueRequests: 0.4, schedules: 1, events: 1 },
    ...{ functionRequests: 0.2, functionGbSecond: 0.0000133334, apiRequests: 3.5 },
    ...{ readUnits: 0.125, writeUnits: 0.625, tableGbMonth: 0.25 },
    ...{ objectGbMonth: 0.023, objectWrites: 5, objectReads: 0.4, outGb: 0.09 },
  },
  "eu-central-1": {
    source: "S3 by a table of August 2026; the rest is not read from a page: compare before you rely on it",
    ...{ keyMonth: 1, secretMonth: 0.4, signatures10k: 0.15 },
    ...{ alarmMonth: 0.1, dashboardMonth: 3, logsGb: 0.63, webAclMonth: 5 },
    ...{ queueRequests: 0.4, schedules: 1, events: 1 },
    ...{ functionRequests: 0.2, functionGbSecond: 0.0000133334, apiRequests: 3.7 },
    ...{ readUnits: 0.1525, writeUnits: 0.7625, tableGbMonth: 0.306 },
    ...{ objectGbMonth: 0.0245, objectWrites: 5.4, objectReads: 0.43, outGb: 0.09 },
  },
};

/** What every account has each month for nothing, for ever (https://aws.amazon.com/free/, "Always free"). */
export const alwaysFree = {
  queueRequests: 1_000_000,
  alarms: 10,
  dashboards: 3,
  schedules: 14_000_000,
  functionRequests: 1_000_000,
  functionGbSeconds: 400_000,
  logsGb: 5,
} as const;
