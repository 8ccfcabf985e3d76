import { isJsonObject } from "../../shared/json-object.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import { type ApiCaller, misunderstood, objectOf } from "./api-caller.ts";

/** What an audit has found, as the service's extension shows it. */
export interface Finding {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly subject: string;
  readonly image_id: string | null;
  readonly last_seen_at: string;
  readonly times_seen: number;
  readonly evidence: unknown;
  readonly [field: string]: unknown;
}

/** What this service's extensions know of stored bytes. */
export interface AuditService {
  /** Undefined where the service has no such extension, as a Glance has not. */
  integrity(imageId: string): Promise<Record<string, unknown> | undefined>;
  /** All of them, page by page; for admins. */
  findings(state?: string): AsyncIterable<Finding>;
  acknowledge(findingId: string): Promise<Finding>;
}

function findingOf(value: unknown): Finding {
  if (!isJsonObject(value) || typeof value.id !== "string") throw misunderstood();
  return value as unknown as Finding;
}

export const auditService = (call: ApiCaller, endpoint: string): AuditService => ({
  integrity: async (imageId) => {
    try {
      return objectOf(await call("GET", `/v2/images/${encodeURIComponent(imageId)}/integrity`));
    } catch (error) {
      if (error instanceof ApiRefused && [404, 405].includes(error.status)) return undefined;
      throw error;
    }
  },
  findings: async function* (state) {
    const query = new URLSearchParams(state === undefined ? {} : { state });
    for (let next: string | undefined = `?${query}`; next !== undefined; ) {
      const page: Record<string, unknown> = objectOf(await call("GET", `/v2/audit/findings${next}`));
      if (!Array.isArray(page.findings)) throw misunderstood();
      yield* page.findings.map(findingOf);
      next = typeof page.next === "string" ? new URL(page.next, endpoint).search : undefined;
    }
  },
  acknowledge: async (findingId) =>
    findingOf(
      objectOf(await call("POST", `/v2/audit/findings/${encodeURIComponent(findingId)}/acknowledge`)),
    ),
});
