/** An error in the form in which Lambda answers it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What an invocation came to; `payload` is the JSON text of the function's result. */
export type Outcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError };

/** What a function's instance is told about one invocation. */
export interface Invocation {
  readonly requestId: string;
  /** The event, a JSON text. */
  readonly event: string;
  /** The tracing header, with the function's place in a chain of requests. */
  readonly trace: string;
  /** Milliseconds since the epoch at which the instance is ended. */
  readonly deadline: number;
}

/** Lambda's limits on JSON payloads in bytes (Lambda quotas). */
export const payloadLimits = { synchronous: 6_291_556, asynchronous: 1_048_576 } as const;

export const failed = (errorType: string, errorMessage: string): Outcome => ({
  ok: false,
  error: { errorType, errorMessage },
});
