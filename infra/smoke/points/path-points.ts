import type { SmokePoint } from "../smoke-point.ts";
import { jsonOf, SMOKE_TAG, told, type World } from "../world.ts";

/** The tag that an image has after a PUT of this segment. */
async function tagBy({ call, image, show }: World, segment: string): Promise<string> {
  const id = await image();
  const answer = await call("PUT", `/v2/images/${id}/tags/${segment}`, { body: Buffer.alloc(0) });
  if (answer.status !== 204) return told(answer);
  const { tags } = await show(id);
  return `the tag ${(tags as string[]).filter((tag) => tag !== SMOKE_TAG).join(" and ")}`;
}

async function foundBy(world: World, name: string, query: string): Promise<string> {
  const id = await world.image({ name });
  const answer = await world.call("GET", `/v2/images?${query}`);
  const { images } = jsonOf(answer) as { images?: { id: string }[] };
  return images?.some((each) => each.id === id) ? "found" : `not found (${told(answer)})`;
}

/** How paths and queries come to the functions. */
export const pathPoints: readonly SmokePoint[] = [
  {
    name: "path-encoding",
    assumed: "the tag 50% ü",
    see: (world) => tagBy(world, "50%25%20%C3%BC"),
  },
  {
    name: "path-slash",
    assumed: "404",
    see: async ({ call, image }) => String((await call("GET", `/v2/images%2F${await image()}`)).status),
  },
  {
    name: "path-not-utf8",
    assumed: "400",
    see: async ({ call, image }) => {
      const answer = await call("PUT", `/v2/images/${await image()}/tags/%FF`, { body: Buffer.alloc(0) });
      return String(answer.status);
    },
  },
  {
    name: "query-encoding",
    assumed: "found",
    see: (world) => {
      const name = `${world.name()} 100% ü;|{}`;
      return foundBy(world, name, `name=${encodeURIComponent(name)}`);
    },
  },
  {
    name: "trailing-slash",
    assumed: "404",
    see: async ({ call }) => String((await call("GET", "/v2/images/?limit=1")).status),
  },
  {
    name: "links",
    assumed: "begin with the endpoint",
    see: async ({ call, endpoint }) => {
      const { versions } = jsonOf(await call("GET", "/versions")) as {
        versions?: { links?: { href?: string }[] }[];
      };
      const href = versions?.[0]?.links?.[0]?.href ?? "no link";
      return href.startsWith(`${endpoint}/`) ? "begin with the endpoint" : `begin otherwise (${href})`;
    },
  },
];
