import type { Script } from "../script.ts";
import type { Session } from "../session.ts";

const old = "2001-01-01T00:00:00Z";
const distant = "2999-01-01T00:00:00Z";

/** Queries that filter the gallery below. */
export const filters = [
  "",
  "name=alpha",
  "name=eq:alpha",
  "name=neq:alpha",
  "name=in:alpha,beta",
  "name=in:alpha",
  "name=in:",
  "name=in:,",
  'name=in:"with, comma",alpha',
  'name=in:"with, comma"alpha',
  'name=in:"open',
  'name=in:alpha"x"',
  "name=eq:with:colon",
  "name=with:colon",
  "name=nothing:alpha",
  "name=",
  "name=ALPHA",
  "name=%C3%A4%20%C3%B6",
  "name=null",
  "name=None",
  "name=in:%22a%5C%22b%22",
  "name=gt:alpha",
  "name=:",
  "name=eq:",
  "name=2020-01-01T00:00:00Z",
  "name=alpha&name=beta",
  "status=queued",
  "status=active",
  "status=in:queued,active",
  "status=deleted",
  "status=nothing",
  "status=eq:queued",
  "status=neq:queued",
  "disk_format=raw",
  "disk_format=in:raw,qcow2",
  "disk_format=",
  "disk_format=eq:qcow2",
  "container_format=bare",
  "container_format=in:bare,ovf",
  "container_format=x:y",
  "id=no-such-image",
  "id=in:no,such",
  "size=5",
  "size=gt:1",
  "size=x",
  "size_min=1",
  "size_max=4",
  "size_min=5&size_max=5",
  "size_min=x",
  "size_max=",
  "size_min=-1",
  "size_min=1.5",
  "min_ram=64",
  "min_ram_min=64",
  "min_ram_max=63",
  "min_disk_min=1",
  "min_disk=2",
  "min_ram=x",
  "virtual_size=5",
  "virtual_size_min=1",
  "protected=true",
  "protected=false",
  "protected=True",
  "protected=1",
  "os_hidden=true",
  "os_hidden=TRUE",
  "os_hidden=false",
  "os_hidden=yes",
  "os_hidden=",
  "visibility=private",
  "visibility=shared",
  "visibility=community",
  "visibility=public",
  "visibility=all",
  "visibility=x",
  "visibility=",
  "visibility=PRIVATE",
  "tag=red",
  "tag=red&tag=blue",
  "tag=RED",
  "tag=%20red%20",
  "tag=",
  "tag=red&tag=none",
  "hw_color=red",
  "hw_color=eq:red",
  "hw_color=RED",
  "hw_color=",
  "hw_absent=x",
  "hw_color=red&hw_color=blue",
  "is_public=true",
  "checksum=none",
  "os_hash_algo=sha512",
  "os_hash_algo=md5",
  "owner=nobody",
  "owner=",
  `created_at=gt:${old}`,
  `created_at=lt:${old}`,
  `created_at=gte:${old}`,
  `created_at=lte:${distant}`,
  `created_at=neq:${old}`,
  `created_at=eq:${old}`,
  `created_at=${old}`,
  "created_at=gt:2001-01-01",
  "created_at=gt:2001-01-01T00:00:00%2B02:00",
  "created_at=gt:yesterday",
  "created_at=in:2001-01-01T00:00:00Z",
  "created_at=",
  "created_at=gt:",
  "created_at=2001-01-01",
  `updated_at=gt:${old}`,
  `updated_at=lt:${old}`,
  "updated_at=x",
  "updated_at=gt:20010101T000000Z",
  "changes-since=2001-01-01",
  "deleted=true",
  "deleted=false",
  "limit=0",
  "limit=2",
  "limit=-1",
  "limit=x",
  "limit=",
  "limit=1.5",
  "limit=99999",
  "limit=+2",
  "limit=%202",
  "marker=no-such-image",
  "marker=",
  "name=alpha&status=queued&disk_format=raw",
] as const;

export const sorts = [
  "sort=name",
  "sort=name:asc",
  "sort=name:desc",
  "sort=name:asc,id:desc",
  "sort=size:asc",
  "sort=size",
  "sort=size:asc,name:asc",
  "sort=status:asc,name:desc",
  "sort=disk_format:asc,name:asc",
  "sort=container_format:desc,name",
  "sort=created_at:asc",
  "sort=updated_at:asc",
  "sort=created_at",
  "sort=id:asc&limit=0",
  "sort=owner",
  "sort=min_disk",
  "sort=name:up",
  "sort=",
  "sort=name,",
  "sort=name:asc:desc",
  "sort=name,name",
  "sort=%20name",
  "sort=Name",
  "sort_key=name",
  "sort_key=name&sort_dir=asc",
  "sort_key=name&sort_dir=desc",
  "sort_key=size&sort_key=name&sort_dir=asc",
  "sort_key=disk_format&sort_key=name&sort_dir=asc&sort_dir=desc",
  "sort_key=name&sort_dir=asc&sort_dir=desc",
  "sort_key=size&sort_key=name&sort_key=id&sort_dir=asc&sort_dir=desc",
  "sort_dir=asc",
  "sort_dir=desc",
  "sort_dir=up",
  "sort_key=owner",
  "sort_key=",
  "sort_dir=",
  "sort=name&sort_key=name",
  "sort=name&sort_dir=asc",
  "sort_key=name,size",
  "sort_key=created_at&sort_dir=asc",
  "sort=hw_color",
] as const;

/** A list of the script's own images. */
export const query = ({ nonce }: Session, ...parts: readonly string[]): string =>
  `GET /v2/images?${[`hw_run=${nonce}`, ...parts].join("&")}`
    .replaceAll('"', "%22")
    .replace(/(?<!^GET) /g, "%20");

/** Images that the filters tell apart, all with `hw_run` = the script's own word. */
export async function gallery(session: Session): Promise<string[]> {
  const { image, active, patch, projects, nonce } = session;
  let number = 0;
  // Ids that are the same on both servers: where all else is equal they decide the order.
  const run = () => {
    number += 1;
    return { hw_run: nonce, id: session.uuid(number) };
  };
  const formats = { disk_format: "raw", container_format: "bare" };
  const ids = [
    await image({ ...run(), name: "alpha", ...formats, tags: ["red"], hw_color: "red", min_ram: 64 }),
    await active({ ...run(), name: "beta", tags: ["red", "blue"], hw_color: "blue" }),
    await image({ ...run(), name: "with, comma", disk_format: "qcow2", visibility: "private", min_disk: 2 }),
    await image({ ...run(), name: "with:colon", container_format: "ovf", protected: true }),
    await image({ ...run(), name: "ä ö", visibility: "community", hw_color: "" }),
    await image({ ...run(), name: null, tags: ["RED", ""] }),
    await image({ ...run(), name: "hidden", os_hidden: true }),
    await image({ ...run(), name: "alpha", visibility: "public", owner: projects.demo }, "admin"),
    await image({ ...run(), name: 'a"b', visibility: "private" }, "alt"),
    await image({ ...run(), name: "their own", visibility: "community" }, "alt"),
    await image({ ...run(), name: "theirs, public", visibility: "public", owner: projects.alt }, "admin"),
  ];
  await patch("demo", ids[0] ?? "", [{ op: "replace", path: "/min_ram", value: 65 }]);
  return ids;
}

export const lists: readonly Script[] = [
  {
    name: "filters",
    run: async (session) => {
      await gallery(session);
      for (const filter of filters) {
        await session.ask("demo", query(session, filter));
      }
    },
  },
  {
    name: "filters of others",
    run: async (session) => {
      await gallery(session);
      for (const caller of ["admin", "alt", "demo-reader"] as const) {
        for (const filter of filters.filter((one) => /^(visibility|owner|os_hidden|name=|$)/.test(one))) {
          await session.ask(caller, query(session, filter));
        }
        for (const owner of [session.projects.demo, session.projects.alt]) {
          await session.ask(caller, `GET /v2/images?hw_run=${session.nonce}&owner=${owner}`);
          await session.ask(caller, `GET /v2/images?hw_run=${session.nonce}&owner=${owner}&visibility=all`);
        }
      }
      await session.ask("glance", `GET /v2/images?hw_run=${session.nonce}`);
      await session.ask("no token", `GET /v2/images?hw_run=${session.nonce}`);
    },
  },
  {
    name: "ids in lists",
    run: async (session) => {
      const [first = "", second = "", , , , , , , foreign = ""] = await gallery(session);
      const ask = (query: string) =>
        session.ask("demo", `GET /v2/images?hw_run=${session.nonce}&sort=name:asc&${query}`);
      await ask(`id=${first}`);
      await ask(`id=eq:${first}`);
      await ask(`id=in:${first},${second}`);
      await ask(`id=in:${first},no-such-image,${foreign}`);
      await ask(`id=neq:${first}`);
      await ask(`id=${foreign}`);
      await ask(`marker=${foreign}`);
      await session.ask("demo", `DELETE /v2/images/${second}`);
      await ask(`marker=${second}&name=alpha`);
      await ask(`id=${second}`);
      await ask(`marker=${first}`);
      await ask(`marker=${first}&limit=2`);
    },
  },
  {
    name: "orders",
    run: async (session) => {
      await gallery(session);
      for (const sort of sorts) await session.ask("demo", query(session, sort));
    },
  },
  {
    name: "pages",
    run: async (session) => {
      await gallery(session);
      for (const order of [
        "",
        "sort=name:asc",
        "sort=size:asc,name:desc",
        "sort_key=status&sort_dir=asc",
        "sort_key=disk_format",
      ]) {
        for (const limit of [1, 2, 3, 4, 100]) {
          const query = [`hw_run=${session.nonce}`, `limit=${limit}`, ...(order ? [order] : [])].join("&");
          await session.pageThrough("demo", query);
        }
      }
    },
  },
  {
    name: "links of pages",
    run: async (session) => {
      await gallery(session);
      const run = `hw_run=${session.nonce}&limit=1`;
      for (const query of [
        "sort=name:asc",
        "sort=name%3Aasc",
        "name=alpha",
        "tag=red",
        "visibility=all",
        "hw_color=a%20b",
        "hw_color=a+b",
        "hw_color=%C3%A4",
        "hw_color=a%26b",
        "unused",
      ]) {
        await session.ask("demo", `GET /v2/images?${run}&${query}`);
        await session.ask("demo", `GET /v2.3/images?${run}&${query}`);
      }
    },
  },
];
