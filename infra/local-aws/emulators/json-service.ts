/** One permission that a call needs; IAM judges it before the call is handled. */
export interface AccessCheck {
  /** e.g. `dynamodb:PutItem` */
  readonly action: string;
  /** The resource's ARN. */
  readonly resource: string;
  /** Condition keys of the request, e.g. `dynamodb:LeadingKeys`. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/**
 * A service with one of AWS's JSON protocols (DynamoDB, SQS, KMS). Transport, signature, IAM, call log and
 * crash points are the endpoint's work; a service sees calls that were allowed. It throws `AwsFailure`.
 */
export interface JsonService {
  /** First half of `X-Amz-Target`, e.g. `DynamoDB_20120810`. */
  readonly targetPrefix: string;
  /** Service name in the signature's scope, e.g. `dynamodb`. */
  readonly signingName: string;
  /** The permissions the call needs. An operation outside the service's list throws `UnknownOperationException`. */
  accessOf(operation: string, input: Record<string, unknown>): readonly AccessCheck[];
  /** `trace` is the caller's tracing header, for services that hand it on. */
  handle(operation: string, input: Record<string, unknown>, trace?: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}
