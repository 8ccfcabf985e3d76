import { describe, expect, it } from "vitest";
import { auditService, type Finding } from "../../client/openstack/audit-service.ts";
import { ApiRefused } from "../../client/transfer/transfer-api.ts";

const endpoint = "https://image.example/prod";
const finding = (id: string) => ({ id, kind: "hash-mismatch", state: "open", subject: id });

/** The service as a list of answers by their paths. */
function answering(answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  const service = auditService(async (method, path) => {
    asked.push(`${method} ${path}`);
    const body = answers[path];
    const answer = { status: body ? 200 : 404, headers: {}, body: Buffer.from(JSON.stringify(body ?? {})) };
    if (!body) throw new ApiRefused(answer);
    return answer;
  }, endpoint);
  return { service, asked };
}

const all = async (findings: AsyncIterable<Finding>) => {
  const ids: string[] = [];
  for await (const { id } of findings) ids.push(id);
  return ids;
};

describe("findings of a service", () => {
  it("are fetched page by page, with the filter of the first one in each", async () => {
    const { service, asked } = answering({
      "/v2/audit/findings?state=open": {
        findings: [finding("a.1"), finding("a.2")],
        next: "/v2/audit/findings?state=open&marker=a.2",
      },
      // A page of those that match may be empty, with more behind it.
      "/v2/audit/findings?state=open&marker=a.2": {
        findings: [],
        next: "/v2/audit/findings?state=open&marker=b.1",
      },
      "/v2/audit/findings?state=open&marker=b.1": { findings: [finding("b.2")] },
    });
    expect(await all(service.findings("open"))).toEqual(["a.1", "a.2", "b.2"]);
    expect(asked).toHaveLength(3);
  });

  it("may be none", async () => {
    const { service } = answering({ "/v2/audit/findings?": { findings: [] } });
    expect(await all(service.findings())).toEqual([]);
  });

  it.each([{}, { findings: "none" }, { findings: [{}] }])("that are %j are not understood", async (page) => {
    const { service } = answering({ "/v2/audit/findings?": page });
    await expect(all(service.findings())).rejects.toThrow("not understood");
  });

  it("leads nowhere but to the same service", async () => {
    const { service, asked } = answering({
      "/v2/audit/findings?": { findings: [], next: "https://elsewhere.example/v2/other?marker=x" },
      "/v2/audit/findings?marker=x": { findings: [] },
    });
    await all(service.findings());
    expect(asked).toEqual(["GET /v2/audit/findings?", "GET /v2/audit/findings?marker=x"]);
  });

  it("leaves out the integrity of images where a service knows none, as a Glance", async () => {
    const { service } = answering({});
    expect(await service.integrity("x/y")).toBeUndefined();
  });
});
