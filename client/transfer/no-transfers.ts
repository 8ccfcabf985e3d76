import type { Answer } from "./exchange.ts";

/** The image service is a plain Glance: it takes whole images only. */
export class NoTransfers extends Error {
  constructor() {
    super(
      "this image service has no transfers, so imagectl cannot send to it; use: openstack image create --file FILE NAME",
    );
  }
}

/** Whether an answer is that of a service that does not know the path at all, as webob gives it for Glance. */
export function isUnknownPath({ status, body }: Answer): boolean {
  if (status === 405) return true;
  return status === 404 && body.toString("utf8").includes("The resource could not be found.");
}
