import type { TransferGrant } from "../protocol/transfer-calls.ts";
import { PartFailed } from "./part-uploader.ts";
import { ApiRefused, type TransferApi } from "./transfer-api.ts";
import { assertOpen, TransferEnded } from "./transfer-state.ts";

/**
 * Why an upload failed: S3 only says that the multipart upload is gone, the API knows why. Asks it within `waitMs` when
 * a part failed; any other error, and one of which the API knows no more, is its own reason.
 */
export async function reasonOf(
  error: unknown,
  api: TransferApi,
  transfer: TransferGrant,
  waitMs: number,
): Promise<unknown> {
  if (!(error instanceof PartFailed)) return error;
  return assertOpen(api, transfer, AbortSignal.timeout(waitMs)).then(
    () => error,
    (known: unknown) => (known instanceof TransferEnded || known instanceof ApiRefused ? known : error),
  );
}
