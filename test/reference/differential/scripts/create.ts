import type { Script } from "../script.ts";
import type { Session } from "../session.ts";

const long = (length: number) => "x".repeat(length);

/** Values that an attribute may have, and at least as many that it may not. */
export const attributeValues: Readonly<Record<string, readonly unknown[]>> = {
  name: ["plain", "", null, "ä ö 中", " blanks ", long(255), long(256), 7, true, ["a"], { a: 1 }],
  visibility: ["private", "shared", "community", "public", "secret", "", null, 1, "PRIVATE"],
  protected: [true, false, "true", null, 0, 1],
  os_hidden: [true, false, "false", null, 1],
  owner: ["someone-else", "", null, 5, long(255), long(256)],
  container_format: ["bare", "ovf", "ami", "docker", "compressed", null, "", "BARE", "zip", 1],
  disk_format: ["raw", "qcow2", "vmdk", "ploop", "iso", null, "", "QCOW2", "zip", 1],
  min_ram: [0, 512, 2147483647, 2147483648, -1, "512", 1.5, 1.0, null, true],
  min_disk: [0, 10, 2147483647, 2147483648, -1, "10", 2.5, null],
  tags: [
    [],
    ["one", "two"],
    ["one", "one"],
    [""],
    [long(255)],
    [long(256)],
    [" a "],
    "one",
    null,
    [1],
    [null],
    [["a"]],
  ],
  id: [
    "no-uuid",
    "",
    null,
    1,
    "12345678-1234-1234-1234-12345678901",
    "{12345678-1234-1234-1234-123456789012}",
  ],
  status: ["queued", "active", null],
  checksum: ["d41d8cd98f00b204e9800998ecf8427e", null, long(33)],
  size: [0, 10, null, "10"],
  virtual_size: [10, null],
  created_at: ["2020-01-01T00:00:00Z", null],
  updated_at: ["2020-01-01T00:00:00Z"],
  self: ["/v2/images/x"],
  file: ["/v2/images/x/file"],
  schema: ["/v2/schemas/image", null],
  direct_url: ["http://127.0.0.1/x"],
  stores: ["fast"],
  locations: [[], [{ url: "http://127.0.0.1/x", metadata: {} }], "x", null],
  os_hash_algo: ["sha512", null],
  os_hash_value: ["00", null],
  location: ["http://127.0.0.1/x"],
  deleted: ["true", true],
  deleted_at: ["2020-01-01T00:00:00Z"],
  os_glance_foo: ["bar"],
  os_glancefoo: ["bar"],
  os_glance_import_task: ["x"],
  hw_disk_bus: ["virtio", "", "ä", long(2000), null, 1, true, ["a"], { a: 1 }],
  kernel_id: ["12345678-1234-1234-1234-123456789012", null, "no-uuid", 3],
  ramdisk_id: ["12345678-1234-1234-1234-123456789012", null, "no-uuid"],
  instance_uuid: ["anything", null],
  architecture: ["x86_64", null, 64],
  os_distro: ["debian"],
  os_version: ["12", 12],
  description: ["words", null],
  cinder_encryption_key_id: ["key"],
  cinder_encryption_key_deletion_policy: ["on_image_deletion", "do_not_delete", "sometimes", null],
  "": ["value of an empty name"],
  "a/b~c d": ["value of an odd name"],
  ünïcode: ["value"],
  constructor: ["value of a name that every object has"],
  __proto__x: ["value"],
  image_id: ["value"],
  extra_properties: ["value"],
  member: ["value"],
  [long(255)]: ["value of a long name"],
  [long(256)]: ["value of too long a name"],
};

const post = ({ ask }: Session, json: unknown, caller: Parameters<Session["ask"]>[0] = "demo") =>
  ask(caller, "POST /v2/images", { json });

export const create: readonly Script[] = [
  {
    name: "create with each attribute",
    run: async (session) => {
      await post(session, {});
      for (const [name, values] of Object.entries(attributeValues)) {
        for (const value of values) await post(session, { [name]: value });
      }
    },
  },
  {
    name: "create as others",
    run: async (session) => {
      const { demo, alt } = session.projects;
      for (const caller of ["admin", "demo-reader", "alt", "glance", "no token", "garbage token"] as const) {
        await post(session, {}, caller);
        await post(session, { owner: demo }, caller);
        await post(session, { owner: alt, visibility: "community" }, caller);
        await post(session, { owner: null }, caller);
        await post(session, { owner: "" }, caller);
        await post(session, { visibility: "public" }, caller);
      }
    },
  },
  {
    name: "create with everything",
    run: async (session) => {
      const { ask, uuid } = session;
      const everything = {
        id: uuid(1),
        name: "everything",
        visibility: "private",
        protected: true,
        os_hidden: true,
        owner: session.projects.demo,
        container_format: "bare",
        disk_format: "qcow2",
        min_ram: 1,
        min_disk: 2,
        tags: ["b", "a", "b"],
        hw_disk_bus: "scsi",
        kernel_id: uuid(2),
      };
      await post(session, everything);
      await ask("demo", `GET /v2/images/${uuid(1)}`);
      await post(session, everything);
      await post(session, { id: uuid(1) }, "alt");
      await session.patch("demo", uuid(1), [{ op: "replace", path: "/protected", value: false }]);
      await ask("demo", `DELETE /v2/images/${uuid(1)}`);
      await ask("demo", `GET /v2/images/${uuid(1)}`);
      await ask("admin", `GET /v2/images/${uuid(1)}`);
      await post(session, { id: uuid(1) });
      await post(session, { id: uuid(1) }, "admin");
      const upper = uuid(3).toUpperCase();
      await post(session, { id: upper });
      await ask("demo", `GET /v2/images/${upper}`);
    },
  },
  {
    name: "bodies of a create",
    run: async ({ ask }) => {
      const bodies = [
        "",
        "{",
        "{}",
        " {} ",
        "[]",
        "null",
        "true",
        "3",
        '"text"',
        "{'a': 1}",
        '{"a": "b",}',
        '{"name": "a", "name": "b"}',
        "\u0000",
        "NaN",
        '{"min_ram": 1e2}',
        '{"min_ram": 1.0}',
        '{"name": "\\ud800"}',
      ];
      for (const body of bodies) await ask("demo", "POST /v2/images", { body, type: "application/json" });
      for (const type of [
        null,
        "text/plain",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
      ]) {
        await ask("demo", "POST /v2/images", { body: "{}", type });
      }
      await ask("demo", "POST /v2/images", {
        body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
        type: "application/json",
      });
      await ask("demo", "POST /v2/images");
      await ask("demo-reader", "POST /v2/images", { body: "{" });
      await ask("demo", "POST /v2/images?name=ignored", { json: { name: "from the body" } });
    },
  },
  {
    name: "order of a create's checks",
    hasManyFaults: true,
    run: async (session) => {
      const violations: Record<string, unknown>[] = [
        { self: "x" },
        { min_ram: "much" },
        { [long(256)]: "x" },
        { os_glance_x: "x" },
        { visibility: "public" },
        { owner: "someone-else" },
        { status: "active" },
        { min_disk: -1 },
        { location: "x" },
        { locations: [] },
        { size: "ten" },
        { tags: [long(256)] },
        { id: "no-uuid" },
      ];
      for (const [at, first] of violations.entries()) {
        for (const second of violations.slice(at + 1)) await post(session, { ...first, ...second });
        await post(session, first, "demo-reader");
        await post(session, first, "no token");
      }
    },
  },
  {
    name: "quotas of a create",
    hasManyFaults: true,
    run: async (session) => {
      const many = (count: number) => Array.from({ length: count }, (_, at) => `n${at}`);
      const properties = (count: number) => Object.fromEntries(many(count).map((name) => [name, "x"]));
      await post(session, { tags: many(128) });
      await post(session, { tags: many(129) });
      await post(session, { tags: [...many(128), ...many(128)] });
      await post(session, properties(128));
      await post(session, properties(129));
      await post(session, { ...properties(129), tags: many(129) });
      await post(session, { ...properties(129), status: "active" });
      await post(session, { tags: many(129), status: "active" });
      await post(session, { tags: many(129), visibility: "public" });
    },
  },
];
