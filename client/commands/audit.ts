import type { Finding } from "../openstack/audit-service.ts";
import { table } from "../terminal/table.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

export interface AuditOptions {
  readonly status?: string;
  readonly acknowledge?: string;
}

const lines = (findings: readonly Finding[]): string =>
  findings.length === 0
    ? "no findings"
    : table(
        ["id", "state", "subject", "last seen", "times", "evidence"],
        findings.map(({ id, state, subject, last_seen_at, times_seen, evidence }) => [
          id,
          state,
          subject,
          last_seen_at,
          times_seen,
          evidence,
        ]),
      );

/** `imagectl audit`: what audits have found, or the acknowledgement of one of them. */
export async function audit(context: Context, { status, acknowledge }: AuditOptions): Promise<Result> {
  const { audit: service } = await context.service();
  if (acknowledge !== undefined) {
    const finding = await service.acknowledge(acknowledge);
    return { json: finding, text: lines([finding]) };
  }
  const findings: Finding[] = [];
  for await (const finding of service.findings(status)) findings.push(finding);
  return { json: findings, text: lines(findings) };
}
