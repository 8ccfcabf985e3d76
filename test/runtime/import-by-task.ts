import { expect, vi } from "vitest";
import type { ImageClient } from "./image-client.ts";
import { refusedTasks } from "./refused-tasks.ts";

const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 100 });

/** An import of Glance's older kind, of the data at `url`, and what is refused of such. */
export async function importByTask(
  { demo, admin }: { readonly demo: ImageClient; readonly admin: ImageClient },
  url: string,
  size: number,
): Promise<void> {
  const input = {
    ...{ import_from: url, import_from_format: "raw" },
    image_properties: { name: "of a task", os_distro: "debian" },
  };
  const post = (client: ImageClient, body: unknown) =>
    client.fetch("/v2/tasks", { method: "POST", body: JSON.stringify(body) });
  expect((await post(demo, {})).status).toBe(403);
  const answer = await post(admin, { type: "import", input });
  const task = (await answer.json()) as { id: string };
  expect(answer.status).toBe(201);
  expect(answer.headers.get("location")).toMatch(new RegExp(`^http://.*/v2/tasks/${task.id}$`));
  expect(task).toMatchObject({ type: "import", status: "pending", input, result: null, message: "" });
  const shown = async () =>
    (await (await admin.fetch(`/v2/tasks/${task.id}`)).json()) as {
      status: string;
      result: { image_id: string };
    };
  await until(async () => expect(await shown()).toMatchObject({ status: "success", input }));
  const { result } = await shown();
  expect(await admin.show(result.image_id)).toMatchObject({
    ...{ name: "of a task", os_distro: "debian", disk_format: "raw", container_format: "bare" },
    ...{ status: "active", size },
  });
  const listed = (await (await admin.fetch("/v2/tasks?type=import&limit=1")).json()) as {
    tasks: { id: string }[];
  };
  expect(listed.tasks.map(({ id }) => id)).toEqual([task.id]);
  for (const [body, status, text] of refusedTasks(input)) {
    const refused = await post(admin, body);
    const said = (await refused.text()).replaceAll("&#39;", "'");
    expect([refused.status, said]).toEqual([status, expect.stringContaining(text)]);
  }
}
