import type { StartDigests } from "../../shared/hashing/running-digests.ts";
import type { Connections } from "../transfer/connections.ts";
import type { ClientExchange } from "./client-exchange.ts";
import type { Journal } from "./journal.ts";
import type { Limits } from "./limits.ts";
import type { Log } from "./log.ts";
import type { RunningUploads } from "./running-uploads.ts";
import type { UploadRequest } from "./upload-request.ts";

/** What all uploads of one ingress share. */
export interface UploadContext {
  readonly endpoint: string;
  readonly connections: Connections;
  readonly journal: Journal;
  readonly limits: Limits;
  readonly log: Log;
  readonly running: RunningUploads;
  readonly startDigests: StartDigests;
}

/** How far an upload came; kept up to date so that errors and the log can say it. */
export interface UploadCounts {
  phase: "opening" | "sending" | "completing";
  parts: number;
  retries: number;
  peakBufferBytes: number;
}

export interface Upload {
  readonly exchange: ClientExchange;
  readonly imageId: string;
  /** Stage the bytes for an import. */
  readonly stage: boolean;
  readonly announced: UploadRequest;
  readonly progress: UploadCounts;
  /** Ends the upload with its reason: the client left, the transfer is lost, the ingress shuts down. */
  readonly stop: AbortController;
}
