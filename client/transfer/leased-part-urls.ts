import { PartUrls, type PartUrlsOptions } from "../protocol/part-urls.ts";
import type { TransferGrant } from "../protocol/transfer-calls.ts";
import type { Lease } from "./lease.ts";
import type { TransferApi } from "./transfer-api.ts";

export interface LeasedPartUrlsOptions extends Pick<PartUrlsOptions, "sizeOf"> {
  readonly api: TransferApi;
  readonly transfer: TransferGrant;
  readonly lease: Lease;
  readonly signal: AbortSignal;
}

/** The part URLs of one transfer. To ask for them is a use of it, which the lease is told. */
export const leasedPartUrls = ({ api, transfer, lease, signal, sizeOf }: LeasedPartUrlsOptions): PartUrls =>
  new PartUrls({
    sizeOf,
    sign: async (parts) => {
      const signed = await api.sign(transfer, parts, signal);
      lease.used();
      return signed;
    },
  });
