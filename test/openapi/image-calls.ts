import { randomBytes } from "node:crypto";
import type { ServiceUnderTest } from "./service-under-test.ts";

export interface Tokens {
  readonly admin: string;
  readonly demo: string;
  readonly alt: string;
  readonly reader: string;
}

const octets = { "Content-Type": "application/octet-stream" };
const v21 = { "Content-Type": "application/openstack-images-v2.1-json-patch" };
const v20 = { "Content-Type": "application/openstack-images-v2.0-json-patch" };

/** Calls of the image operations, each judged by the document, with the statuses they must have. */
export function imageCalls({ expecting }: ServiceUnderTest, { admin, demo, alt }: Tokens) {
  const create = async (more: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const body = { disk_format: "raw", container_format: "bare", ...more };
    const { json } = await expecting<{ id: string }>(201, "POST", "/v2/images", { token: demo, body });
    return `/v2/images/${json.id}`;
  };
  const upload = (image: string, body = randomBytes(1000)) =>
    expecting(204, "PUT", `${image}/file`, { token: demo, headers: octets, body });

  return {
    create,
    upload,
    async images() {
      const image = await create({ name: "one", tags: ["a"], os_distro: "debian", kernel_id: null });
      await expecting(200, "GET", image, { token: demo });
      await expecting(200, "PATCH", image, {
        token: demo,
        headers: v21,
        body: [
          { op: "replace", path: "/name", value: "two" },
          { op: "remove", path: "/os_distro" },
        ],
      });
      await expecting(200, "PATCH", image, {
        token: demo,
        headers: v20,
        body: [{ add: "/os_version", value: "13" }, { remove: "/os_version" }],
      });
      await expecting(415, "PATCH", image, { token: demo, body: [] });
      await expecting(403, "PATCH", image, {
        token: demo,
        headers: v21,
        body: [{ op: "replace", path: "/status", value: "active" }],
      });
      await expecting(204, "PUT", `${image}/tags/b`, { token: demo });
      await expecting(204, "DELETE", `${image}/tags/b`, { token: demo });
      await expecting(404, "DELETE", `${image}/tags/b`, { token: demo });
      await expecting(404, "GET", image, { token: alt });
      await expecting(409, "POST", "/v2/images", {
        token: demo,
        body: { id: image.slice("/v2/images/".length) },
      });
      await expecting(200, "GET", "/v2/info/usage", { token: demo });
      await expecting(204, "DELETE", image, { token: demo });
    },
    async lists() {
      for (const size of [1, 2, 3]) await upload(await create({ name: `n${size}` }), randomBytes(size));
      const { json } = await expecting<{ next: string }>(200, "GET", "/v2/images?limit=1", { token: demo });
      await expecting(200, "GET", json.next, { token: demo });
      for (const query of [
        "sort=name:asc,size",
        "sort_key=name&sort_key=size&sort_dir=asc&sort_dir=desc",
        "visibility=all&member_status=all&os_hidden=true&protected=false&tag=a&tag=b",
        "name=in:n1,n2&size_min=1&size_max=2&created_at=gt:2020-01-01&owner=x&some_property=y",
      ])
        await expecting(200, "GET", `/v2/images?${query}`, { token: admin });
      for (const query of ["sort=nothing", "visibility=none", "limit=x", "marker=x"])
        await expecting(400, "GET", `/v2/images?${query}`, { token: demo });
    },
    async data() {
      const image = await create();
      await expecting(204, "GET", `${image}/file`, { token: demo });
      await expecting(415, "PUT", `${image}/file`, {
        token: demo,
        headers: { "Content-Type": "text/plain" },
        body: "x",
      });
      await upload(image);
      await expecting(302, "GET", `${image}/file`, { token: demo });
      await expecting(409, "PUT", `${image}/file`, { token: demo, headers: octets, body: randomBytes(9) });
      await expecting(200, "GET", `${image}/integrity`, { token: demo });
      await expecting(200, "GET", `${image}/provenance`, { token: demo });
      await expecting(409, "GET", `${await create()}/provenance`, { token: demo });
      await expecting(200, "GET", "/v2/provenance/keys");
      await expecting(204, "POST", `${image}/actions/deactivate`, { token: demo });
      await expecting(403, "GET", `${image}/file`, { token: demo });
      await expecting(204, "POST", `${image}/actions/reactivate`, { token: demo });
      const staged = await create();
      await expecting(204, "PUT", `${staged}/stage`, { token: demo, headers: octets, body: randomBytes(9) });
      await expecting(403, "POST", `${staged}/actions/deactivate`, { token: demo });
    },
    async members(project: string) {
      const image = await create();
      const member = `${image}/members/${project}`;
      await expecting(200, "POST", `${image}/members`, { token: demo, body: { member: project } });
      await expecting(409, "POST", `${image}/members`, { token: demo, body: { member: project } });
      await expecting(200, "GET", `${image}/members`, { token: demo });
      await expecting(200, "GET", member, { token: demo });
      await expecting(200, "PUT", member, { token: alt, body: { status: "accepted" } });
      await expecting(403, "PUT", member, { token: demo, body: { status: "rejected" } });
      await expecting(204, "DELETE", member, { token: demo });
      await expecting(404, "GET", member, { token: demo });
    },
    /** `scrub`: what waits in pending_delete is deleted. */
    async recovery(scrub: () => Promise<unknown>) {
      const image = await create();
      await upload(image);
      await expecting(204, "DELETE", image, { token: demo });
      await expecting(403, "POST", `${image}/actions/restore`, { token: demo });
      await expecting(409, "POST", `${image}/actions/recover`, { token: admin });
      await expecting(204, "POST", `${image}/actions/restore`, { token: admin });
      await expecting(204, "DELETE", image, { token: demo });
      await scrub();
      return image;
    },
  };
}
