import type { RawAnswer } from "../send-raw.ts";
import type { SmokePoint } from "../smoke-point.ts";
import { jsonOf, type World } from "../world.ts";

/** Whether an answer that no function gave has the form that the openstack and glance clients show. */
function form(answer: RawAnswer): string {
  const { error } = jsonOf(answer) as { error?: { message?: unknown; code?: unknown; title?: unknown } };
  const isOurs = typeof error?.message === "string" && error.code === answer.status;
  return isOurs
    ? `${answer.status}, an Image API error`
    : `${answer.status} (${answer.body.toString("utf8").slice(0, 100)})`;
}

/** More than the 10,240 bytes that all headers may have: what the gateway answers itself. */
const tooLarge = ["X-Smoke", "x".repeat(11_000)];

const put = async (world: World, bytes: number): Promise<string> => {
  const id = await world.image();
  const headers = ["Content-Type", "application/octet-stream"];
  return form(await world.call("PUT", `/v2/images/${id}/file`, { headers, body: Buffer.alloc(bytes, 7) }));
};

/** What API Gateway does before and after a function. */
export const gatewayPoints: readonly SmokePoint[] = [
  {
    name: "gateway-catch-all",
    assumed: "300",
    see: async ({ call }) => String((await call("GET", "/smoke/no-such-route")).status),
  },
  {
    name: "gateway-request-id",
    assumed: "has an x-openstack-request-id",
    see: async ({ call }) => {
      const { headers } = await call("GET", "/v2/images?limit=1", { headers: tooLarge });
      return headers["x-openstack-request-id"] ? "has an x-openstack-request-id" : "has none";
    },
  },
  {
    name: "gateway-body-10-mb",
    assumed: "413, an Image API error",
    see: (world) => put(world, 11_000_000),
  },
  {
    name: "gateway-body-6-mb",
    assumed: "413, an Image API error",
    see: (world) => put(world, 7_000_000),
  },
  {
    name: "gateway-headers",
    assumed: "400, an Image API error",
    see: async ({ call }) => form(await call("GET", "/v2/images?limit=1", { headers: tooLarge })),
  },
  {
    name: "gateway-transfer-coding",
    assumed: "501",
    see: async (world) => {
      const headers = ["Transfer-Encoding", "gzip, chunked", "Content-Type", "application/json"];
      const body = Buffer.from("{}");
      return String((await world.call("POST", "/v2/images", { headers, body })).status);
    },
  },
  {
    name: "gateway-two-hosts",
    assumed: "400",
    see: async ({ call, endpoint }) => {
      const { host } = new URL(endpoint);
      return String(
        (await call("GET", "/v2/images?limit=1", { headers: ["Host", host, "Host", "smoke"] })).status,
      );
    },
  },
  {
    name: "header-renaming",
    assumed: "renames www-authenticate",
    see: async ({ call }) => {
      const { headers } = await call("GET", "/v2/images?limit=1", { token: "smoke-no-token" });
      const renamed = Object.keys(headers).flatMap((name) => /^x-amzn-remapped-(.+)$/.exec(name)?.[1] ?? []);
      // These two are told by the gateway's own answer besides; the ingress looks at neither.
      const counted = renamed.filter((name) => !["date", "content-length"].includes(name));
      return counted.length > 0 ? `renames ${counted.toSorted().join(", ")}` : "renames none";
    },
  },
  {
    name: "broken-put",
    assumed: "nothing arrives",
    see: async ({ call, image, show }) => {
      const id = await image();
      const body = Buffer.alloc(100_000, 7);
      const headers = ["Content-Type", "application/octet-stream"];
      await call("PUT", `/v2/images/${id}/file`, { headers, body, cutAfter: 50_000 });
      // A function would have been done with it.
      await new Promise((wake) => setTimeout(wake, 1500));
      const { status, size } = await show(id);
      return status === "queued"
        ? "nothing arrives"
        : `the image is ${String(status)} (${String(size)} bytes)`;
    },
  },
];
