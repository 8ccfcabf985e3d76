import { expect, it } from "vitest";
import {
  acknowledgeFinding,
  listFindings,
} from "../../../../shared/images/operations/integrity/show-findings.ts";
import { admin, demo, memoryService } from "../../../fakes/images/service.ts";

const sighting = {
  kind: "object-missing",
  subject: "one",
  image_id: "one",
  object_key: null,
  evidence: {},
  state: "open",
  acted: false,
} as const;

it("an admin acknowledges a finding once; others and unknown ids are refused", async () => {
  const { ports } = memoryService();
  const { finding } = await ports.findings.record(sighting, ports.clock());
  await expect(acknowledgeFinding(ports)(demo, finding.id)).rejects.toMatchObject({ status: 403 });
  await expect(acknowledgeFinding(ports)(admin, "object-missing.none")).rejects.toMatchObject({
    status: 404,
    message: expect.stringContaining("object-missing.none"),
  });
  const acknowledged = await acknowledgeFinding(ports)(admin, finding.id);
  expect(acknowledged).toMatchObject({ state: "acknowledged", acknowledged_by: admin.userId });
});

it("findings of all projects are listed to admins of a project, to nobody else", async () => {
  const { ports } = memoryService();
  const { finding } = await ports.findings.record(sighting, ports.clock());
  const list = listFindings(ports);
  expect(await list(admin, { limit: 10 })).toEqual({ findings: [finding] });
  for (const other of [demo, { ...admin, projectId: "", scope: "system" as const }])
    await expect(list(other, { limit: 10 })).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining("admin"),
    });
});
