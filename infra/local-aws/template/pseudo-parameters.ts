/** What a template's pseudo parameters mean on this machine. */
export const pseudoParameters = {
  accountId: "000000000000",
  region: "us-east-1",
  partition: "aws",
  urlSuffix: "amazonaws.com",
} as const;

/** An ARN in the local account and region. */
export const arn = (service: string, resource: string): string =>
  `arn:${pseudoParameters.partition}:${service}:${pseudoParameters.region}:${pseudoParameters.accountId}:${resource}`;
