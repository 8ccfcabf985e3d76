import type { Script } from "../script.ts";
import type { Session } from "../session.ts";
import { attributeValues } from "./create.ts";

const V20 = "application/openstack-images-v2.0-json-patch";
const V21 = "application/openstack-images-v2.1-json-patch";

type Change = Record<string, unknown>;

/** Those with scripts of their own left out: an image that is given away is the end of a script. */
const { owner: _, "": __, ...attributes } = attributeValues;

const pointers = [
  "",
  "name",
  "//",
  "/a//b",
  "/name/",
  "/name//",
  "/tags/-",
  "/tags/0",
  "/a/b",
  "/~",
  "/~2",
  "/a~",
  "/~0",
  "/~1",
  "/ name ",
  "/%6eame",
  "/Name",
  "/x/",
  null,
  7,
  ["/name"],
];
const locations = [
  "/locations",
  "/locations/",
  "/locations/0",
  "/locations/-",
  "/locations/x",
  "/locations/0/url",
];
const bodies = [
  "",
  "{",
  "{}",
  "null",
  "[null]",
  "[1]",
  '["x"]',
  "[[]]",
  "[{}]",
  '"x"',
  "[]",
  '[{"op": "test", "path": "/name", "value": "x"}]',
];

const types = [
  V21,
  V20,
  `${V21}; charset=utf-8`,
  V21.toUpperCase(),
  "application/openstack-images-v2.2-json-patch",
  "application/openstack-images-json-patch",
  "application/json",
  "application/json-patch+json",
  "text/plain",
  null,
];

/** v2.1's form of an operation in v2.0's. */
const inOldForm = ({ op, path, ...rest }: Change): Change => ({ [String(op)]: path, ...rest });

async function onQueuedAndActive(session: Session, ask: (id: string) => Promise<unknown>) {
  await ask(await session.image({ hw_there: "before" }));
  await ask(await session.active({ hw_there: "before" }));
}

export const patches: readonly Script[] = [
  {
    name: "media types of a PATCH",
    run: async ({ ask, patch, image }) => {
      const id = await image({ hw_there: "before" });
      for (const type of types) {
        await patch("demo", id, [], { type });
        await patch("demo", id, [{ op: "replace", path: "/name", value: "new" }], { type });
        await patch("demo", "no-such-image", [], { type });
      }
      for (const body of bodies) {
        for (const type of [V21, V20]) await ask("demo", `PATCH /v2/images/${id}`, { body, type });
      }
      for (const caller of ["demo-reader", "alt", "no token"] as const) {
        await patch(caller, id, [], { type: "text/plain" });
        await ask(caller, `PATCH /v2/images/${id}`, { body: "{", type: V21 });
      }
      await ask("demo", `PATCH /v2/images/${id}`, { type: V21 });
    },
  },
  {
    name: "operations of a PATCH",
    run: async ({ patch, image }) => {
      const id = await image({ hw_there: "before" });
      const ops = ["add", "remove", "replace", "test", "move", "copy", "ADD", "", null, 3];
      for (const op of ops) {
        for (const path of ["/name", "/hw_there", "/hw_absent"]) {
          await patch("demo", id, [{ op, path, value: "v", from: "/name" }]);
        }
      }
      await patch("demo", id, [{ path: "/name", value: "v" }]);
      await patch("demo", id, [{ op: "add", value: "v" }]);
      await patch("demo", id, [{ op: "add", path: "/name" }]);
      await patch("demo", id, [{ op: "replace", path: "/name" }]);
      await patch("demo", id, [{ op: "replace", path: "/name", value: "v", more: "ignored" }]);
      for (const change of [
        { add: "/hw_old", value: "v" },
        { add: "/hw_old", value: "w" },
        { add: "/name", value: "w" },
        { replace: "/hw_old", value: "w" },
        { replace: "/hw_none", value: "w" },
        { remove: "/hw_old" },
        { remove: "/hw_old" },
        { remove: "/name" },
        { add: "/a", remove: "/a", value: "x" },
        { op: "add", path: "/hw_mixed", value: "x" },
        { add: "/hw_old" },
        { value: "x" },
        {},
        { add: 3, value: "x" },
      ]) {
        await patch("demo", id, [change], { type: V20 });
      }
      for (const change of [
        { add: "/hw_old", value: "v" },
        { op: "add", path: "/hw_two", value: "x", remove: "/hw_there" },
      ]) {
        await patch("demo", id, [change]);
      }
    },
  },
  {
    name: "pointers of a PATCH",
    run: async ({ patch, image }) => {
      const id = await image();
      for (const path of pointers) {
        for (const op of ["add", "replace", "remove"]) await patch("demo", id, [{ op, path, value: "v" }]);
        if (typeof path === "string") await patch("demo", id, [{ add: path, value: "v" }], { type: V20 });
      }
      for (const path of locations) {
        for (const op of ["add", "replace", "remove"]) {
          await patch("demo", id, [{ op, path, value: { url: "http://127.0.0.1/x", metadata: {} } }]);
          await patch("demo", id, [{ op, path, value: [] }]);
        }
      }
    },
  },
  {
    name: "PATCH of each attribute",
    run: (session) =>
      onQueuedAndActive(session, async (id) => {
        for (const [name, values] of Object.entries(attributes)) {
          const path = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
          for (const value of values.slice(0, 6))
            await session.patch("demo", id, [{ op: "add", path, value }]);
          await session.patch("demo", id, [{ op: "replace", path, value: values[0] }]);
          await session.patch("demo", id, [{ op: "remove", path }]);
        }
        await session.ask("demo", `GET /v2/images/${id}`);
        await session.patch("demo", id, [{ op: "replace", path: "/protected", value: false }]);
      }),
  },
  {
    name: "PATCH of each attribute in the old form",
    run: async (session) => {
      const id = await session.image({ hw_there: "before" });
      for (const [name, [value]] of Object.entries(attributes)) {
        const path = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
        for (const op of ["add", "add", "replace", "remove"]) {
          await session.patch("demo", id, [inOldForm({ op, path, value })], { type: V20 });
        }
      }
      await session.patch("demo", id, [{ op: "replace", path: "/protected", value: false }]);
    },
  },
  {
    name: "properties without a name",
    run: async ({ patch, image }) => {
      const id = await image();
      for (const op of ["add", "replace", "remove"]) await patch("demo", id, [{ op, path: "/", value: "v" }]);
      for (const op of ["add", "remove"])
        await patch("demo", id, [inOldForm({ op, path: "/", value: "v" })], { type: V20 });
    },
  },
  {
    name: "all or nothing",
    run: (session) =>
      onQueuedAndActive(session, async (id) => {
        const good = { op: "replace", path: "/name", value: "changed" };
        for (const bad of [
          { op: "remove", path: "/hw_absent" },
          { op: "replace", path: "/disk_format", value: "iso" },
          { op: "add", path: "/status", value: "active" },
          { op: "add", path: "/visibility", value: "public" },
          { op: "add", path: "/min_ram", value: -1 },
          { op: "remove", path: "/tags" },
        ]) {
          await session.patch("demo", id, [good, bad]);
          await session.ask("demo", `GET /v2/images/${id}`);
        }
        await session.patch("demo", id, [
          { op: "add", path: "/hw_a", value: "1" },
          { op: "replace", path: "/hw_a", value: "2" },
          { op: "add", path: "/hw_b", value: "1" },
          { op: "remove", path: "/hw_b" },
          { op: "replace", path: "/tags", value: ["x", "y", "x"] },
          good,
        ]);
        await session.patch("demo", id, [
          { op: "remove", path: "/hw_a" },
          { op: "remove", path: "/hw_a" },
        ]);
      }),
  },
  {
    name: "owners and visibilities by PATCH",
    run: async ({ patch, image, projects, ask }) => {
      for (const visibility of ["private", "shared", "community"]) {
        const id = await image({ visibility });
        for (const op of ["replace", "add"] as const) {
          await patch("demo", id, [{ op, path: "/owner", value: projects.demo }]);
          await patch("alt", id, [{ op, path: "/owner", value: projects.alt }]);
        }
        await patch("demo", id, [{ op: "replace", path: "/owner", value: projects.alt }]);
        await patch("demo", id, [{ op: "replace", path: "/owner", value: null }]);
        for (const next of ["public", "community", "shared", "private", visibility]) {
          await patch("demo-reader", id, [{ op: "replace", path: "/visibility", value: next }]);
          await patch("alt", id, [{ op: "replace", path: "/visibility", value: next }]);
          await patch("demo", id, [{ op: "replace", path: "/visibility", value: next }]);
          await patch("admin", id, [{ op: "replace", path: "/visibility", value: next }]);
        }
        await patch("admin", id, [{ op: "replace", path: "/owner", value: projects.alt }]);
        await ask("demo", `GET /v2/images/${id}`);
        await ask("alt", `GET /v2/images/${id}`);
        await patch("admin", id, [{ op: "replace", path: "/owner", value: null }]);
        await ask("demo", `GET /v2/images/${id}`);
        await patch("demo", id, [{ op: "replace", path: "/name", value: "x" }]);
        await patch("admin", id, [{ op: "replace", path: "/owner", value: "" }]);
      }
    },
  },
  {
    name: "quotas of a PATCH",
    run: async ({ patch, image }) => {
      const many = (count: number) => Array.from({ length: count }, (_, at) => `n${at}`);
      const add = (names: string[]) => names.map((name) => ({ op: "add", path: `/${name}`, value: "x" }));
      const id = await image();
      await patch("demo", id, [{ op: "replace", path: "/tags", value: many(129) }]);
      await patch("demo", id, [{ op: "replace", path: "/tags", value: many(128) }]);
      await patch("demo", id, add(many(129)));
      await patch("demo", id, add(many(128)));
      await patch("demo", id, add(["one-more"]));
      await patch("demo", id, [{ op: "add", path: "/n0", value: "changed" }]);
      await patch("demo", id, [{ op: "remove", path: "/n0" }, ...add(["one-more"])]);
      await patch("demo", id, [...add(["another"]), { op: "remove", path: "/n1" }]);
    },
  },
];
