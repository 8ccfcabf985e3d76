import type { ProcessIdentity } from "./process-identity.ts";

/** What `runtime.json` in the home says about the runtime that runs on it. */
export interface RunningRuntime extends ProcessIdentity {
  /** Path of the control socket. */
  readonly control: string;
  /** Everything, through the ingress. */
  readonly url: string;
  /** The bare gateway's stage. */
  readonly gateway: string;
  readonly s3: string;
  /** DynamoDB, SQS, KMS, EventBridge. */
  readonly json: string;
  /** The file of all events; `imagectl events` reads it. */
  readonly events: string;
}
