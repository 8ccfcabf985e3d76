import { NotInUrls } from "../openstack/metadef-service.ts";
import { refusalText } from "../openstack/refusal.ts";
import { ApiRefused, isPassing } from "../transfer/transfer-api.ts";

/**
 * Why the service did not take something, as a line: it judged this one, and may take others. Undefined for what is
 * wrong with the service, the line or the login, which ends everything.
 */
export function refusalReason(error: unknown): string | undefined {
  if (error instanceof NotInUrls) return error.message;
  if (!(error instanceof ApiRefused) || error.status === 401) return undefined;
  // Glance answers some bad definitions so, however often they are sent.
  if (isPassing(error) && error.status !== 500) return undefined;
  return `refused (${error.status}): ${refusalText(error.answer)}`;
}

/** Whether the service said that something of that name is there already. */
export const isTaken = (error: unknown): boolean => error instanceof ApiRefused && error.status === 409;
