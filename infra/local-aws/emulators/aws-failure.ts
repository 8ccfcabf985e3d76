/** An error as AWS's services answer it; the endpoint that catches it gives it the protocol's form. */
export class AwsFailure extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the answer, e.g. `CancellationReasons`. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}
