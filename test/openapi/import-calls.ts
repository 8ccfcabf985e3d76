import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { imageCalls, Tokens } from "./image-calls.ts";
import type { ServiceUnderTest } from "./service-under-test.ts";

const octets = { "Content-Type": "application/octet-stream" };

interface ShownTask {
  readonly id: string;
  readonly status: string;
  readonly message: string;
}

/** Calls of imports and tasks, each judged by the document. */
export async function importCalls(
  { expecting }: ServiceUnderTest,
  { admin, demo, alt }: Tokens,
  { create }: ReturnType<typeof imageCalls>,
): Promise<void> {
  const image = await create();
  const body = { method: { name: "glance-direct" } };
  await expecting(409, "POST", `${image}/import`, { token: demo, body });
  await expecting(204, "PUT", `${image}/stage`, {
    token: demo,
    headers: octets,
    body: Buffer.from("staged"),
  });
  await expecting(404, "POST", `${image}/import`, { token: alt, body });
  await expecting(400, "POST", `${image}/import`, { token: demo, body: { method: { name: "none" } } });
  await expecting(409, "POST", `${image}/import`, { token: demo, body: { ...body, stores: ["none"] } });
  await expecting(202, "POST", `${image}/import`, { token: demo, body });
  let found: ShownTask | undefined;
  for (let tries = 0; tries < 100 && found?.status !== "success"; tries++) {
    await sleep(100);
    const { json } = await expecting<{ tasks: ShownTask[] }>(200, "GET", `${image}/tasks`, { token: demo });
    [found] = json.tasks;
    expect(found?.message).toBe("");
  }
  expect(found?.status).toBe("success");
  const { json } = await expecting<{ status: string }>(200, "GET", image, { token: demo });
  expect(json.status).toBe("active");
  await expecting(409, "POST", `${image}/import`, { token: demo, body });
  const task = `/v2/tasks/${found?.id}`;
  await expecting(200, "GET", task, { token: admin });
  await expecting(403, "GET", task, { token: demo });
  await expecting(404, "GET", "/v2/tasks/none", { token: admin });
  await expecting(200, "GET", "/v2/tasks?limit=1&sort_key=status&sort_dir=asc&status=success", {
    token: admin,
  });
  await expecting(400, "GET", "/v2/tasks?sort_key=none", { token: admin });
  await expecting(403, "GET", "/v2/tasks", { token: demo });
  // Nobody is there who would answer.
  const input = {
    ...{ import_from: "https://127.0.0.1/disk.img", import_from_format: "raw" },
    image_properties: { name: "of a task" },
  };
  const made = await expecting<{ id: string }>(201, "POST", "/v2/tasks", {
    token: admin,
    body: { type: "import", input },
  });
  await expecting(200, "GET", `/v2/tasks/${made.json.id}`, { token: admin });
  await expecting(400, "POST", "/v2/tasks", { token: admin, body: { type: "import", input: {} } });
  await expecting(403, "POST", "/v2/tasks", { token: demo, body: { type: "import", input } });
}
