import { createTransferApi, type TransferApi } from "../transfer/transfer-api.ts";
import type { ClientExchange } from "./client-exchange.ts";
import { forwardedFor } from "./headers.ts";
import type { UploadContext } from "./upload.ts";

/** The transfer API as this client's agent. */
export function apiFor(
  { request, requestId }: ClientExchange,
  { endpoint, connections, limits }: Pick<UploadContext, "endpoint" | "connections" | "limits">,
): TransferApi {
  const { accept } = request.headers;
  return createTransferApi({
    endpoint,
    connections,
    retry: limits.apiRetry,
    idleMs: limits.apiIdleMs,
    headers: {
      ...forwardedFor(request),
      "x-openstack-request-id": requestId,
      ...(accept === undefined ? {} : { accept }),
    },
  });
}
