import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ImageClient, logInEach } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

let runtime: LocalRuntime;
let demo: ImageClient;
let alt: ImageClient;
let admin: ImageClient;
let reader: ImageClient;
let altProject: string;
let demoProject: string;

async function projectOf(client: ImageClient): Promise<string> {
  const answer = await client.fetch("/v3/auth/projects");
  const { projects } = (await answer.json()) as { projects: { id: string }[] };
  return projects[0]?.id ?? "";
}

beforeAll(async () => {
  runtime = await startRuntime({ environment: { GLANCE_IMAGE_MEMBER_QUOTA: "5" } });
  [demo, alt, admin, reader] = await logInEach(runtime.url, "demo", "alt", "admin", "reader");
  [altProject, demoProject] = await Promise.all([projectOf(alt), projectOf(demo)]);
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const members = (id: string, rest = "") => `/v2/images/${id}/members${rest}`;
const share = (id: string, member: unknown = altProject, client = demo) =>
  client.fetch(members(id), {
    method: "POST",
    headers: { Accept: "application/json" },
    body: JSON.stringify({ member }),
  });
const answer = (id: string, status: unknown, client = alt, member = altProject) =>
  client.fetch(members(id, `/${encodeURIComponent(member)}`), {
    method: "PUT",
    headers: { Accept: "application/json" },
    body: JSON.stringify({ status }),
  });
const listedBy = async (client: ImageClient, query = "") => {
  const { images } = (await (await client.fetch(`/v2/images${query}`)).json()) as {
    images: { id: string }[];
  };
  return images.map(({ id }) => id);
};

describe("members", () => {
  it("see the image at once, list it when they accept, and lose it when they are removed", async () => {
    const id = await demo.create({ name: "shared" });
    expect((await alt.fetch(`/v2/images/${id}`)).status).toBe(404);
    const added = await share(id);
    expect(added.status).toBe(200);
    const member = await added.json();
    expect(member).toEqual({
      member_id: altProject,
      image_id: id,
      status: "pending",
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      updated_at: expect.stringMatching(/Z$/),
      schema: "/v2/schemas/member",
    });
    expect((await alt.show(id)).name).toBe("shared");
    expect((await alt.fetch(members(id))).status).toBe(200);

    expect((await answer(id, "accepted")).status).toBe(200);
    expect(await listedBy(alt)).toContain(id);
    expect((await answer(id, "rejected")).status).toBe(200);
    expect(await listedBy(alt)).not.toContain(id);
    expect((await alt.show(id)).id).toBe(id);

    const one = await demo.fetch(members(id, `/${altProject}`));
    expect(await one.json()).toMatchObject({ status: "rejected" });
    expect((await demo.fetch(members(id, `/${altProject}`), { method: "DELETE" })).status).toBe(204);
    expect((await alt.fetch(`/v2/images/${id}`)).status).toBe(404);
    expect((await demo.fetch(members(id, `/${altProject}`))).status).toBe(404);
    expect(await (await demo.fetch(members(id))).json()).toEqual({
      members: [],
      schema: "/v2/schemas/members",
    });
  });

  it("of an image that is not shared any more see nothing, and everything again when it is", async () => {
    const id = await demo.create();
    await share(id);
    await answer(id, "accepted");
    const change = (value: string) =>
      demo.fetch(`/v2/images/${id}`, {
        method: "PATCH",
        headers: { "Content-Type": "application/openstack-images-v2.1-json-patch" },
        body: JSON.stringify([{ op: "replace", path: "/visibility", value }]),
      });
    expect((await change("private")).status).toBe(200);
    expect((await alt.fetch(`/v2/images/${id}`)).status).toBe(404);
    expect(await listedBy(alt)).not.toContain(id);
    expect((await demo.fetch(members(id))).status).toBe(403);
    expect((await demo.fetch(members(id, `/${altProject}`))).status).toBe(404);
    expect((await share(id, "other")).status).toBe(403);
    await change("shared");
    expect(await listedBy(alt)).toContain(id);
  });

  it("may say only what members may", async () => {
    const id = await demo.create();
    expect((await share(id, altProject, alt)).status).toBe(404);
    expect((await share(id, altProject, reader)).status).toBe(403);
    await share(id);
    await share(id, "others");
    expect((await share(id, "more", alt)).status).toBe(403);
    expect((await answer(id, "accepted", demo)).status).toBe(403);
    expect((await answer(id, "accepted", alt, "others")).status).toBe(404);
    expect((await answer(id, "accepted", admin, "others")).status).toBe(200);
    expect((await alt.fetch(members(id, `/${altProject}`), { method: "DELETE" })).status).toBe(403);
    const seen = (await (await alt.fetch(members(id))).json()) as { members: { member_id: string }[] };
    expect(seen.members.map(({ member_id }) => member_id)).toEqual([altProject]);
    const all = (await (await reader.fetch(members(id))).json()) as { members: unknown[] };
    expect(all.members).toHaveLength(2);
  });

  it("are refused with a reason when the request is wrong", async () => {
    const id = await demo.create();
    const status = async (response: Promise<Response>) => (await response).status;
    expect(await status(share(id, ""))).toBe(400);
    expect(await status(share(id, ["a"]))).toBe(400);
    expect(await status(share(id, "x".repeat(256)))).toBe(400);
    expect(await status(demo.fetch(members(id), { method: "POST", body: "[]" }))).toBe(400);
    expect(await status(demo.fetch(members(id), { method: "POST" }))).toBe(400);
    expect(await status(share(id, demoProject))).toBe(200);
    expect(await status(share(id, demoProject))).toBe(409);
    expect(await status(share(id))).toBe(200);
    expect(await status(answer(id, "perhaps"))).toBe(400);
    expect(await status(answer(id, 5))).toBe(400);
    expect(await status(demo.fetch(members(id, "/nobody"), { method: "DELETE" }))).toBe(404);
  });

  it("never exceed the quota, and reach it exactly, however many are added at once", async () => {
    const id = await demo.create();
    const statuses = await Promise.all(
      Array.from({ length: 12 }, async (_, n) => (await share(id, `project-${n}`)).status),
    );
    const kept = (await (await demo.fetch(members(id))).json()) as { members: unknown[] };
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(kept.members).toHaveLength(5);
    const refused = await share(id, "one-more");
    expect(refused.status).toBe(413);
    expect(await refused.text()).toContain("Attempted: 6, Maximum: 5");
  });
});
