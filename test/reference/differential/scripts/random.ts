import fc from "fast-check";
import type { Script } from "../script.ts";
import type { AskOptions } from "../session.ts";
import { attributeValues } from "./create.ts";
import { filters, gallery, query, sorts } from "./lists.ts";

/** The same in every run: what fails can be looked at again. */
const seed = 20_260_731;
const sample = <Value>(values: fc.Arbitrary<Value>, count: number): Value[] =>
  fc.sample(values, { seed, numRuns: count });

/** Left out: what is a difference by itself (the other scripts have it), and what gives the image away. */
const special = [
  "",
  "owner",
  "id",
  "os_hash_algo",
  "os_hash_value",
  "stores",
  "image_id",
  "extra_properties",
  "member",
];
const names = Object.keys(attributeValues).filter((name) => !special.includes(name) && name.length <= 255);
const attribute = fc
  .constantFrom(...names)
  .chain((name) => fc.constantFrom(...(attributeValues[name] ?? [])).map((value) => ({ name, value })));

const bodies = fc
  .array(attribute, { minLength: 2, maxLength: 5 })
  .map((chosen) => Object.fromEntries(chosen.map(({ name, value }) => [name, value])));

const op = fc.constantFrom("add", "replace", "replace", "remove");
const change = fc.tuple(op, attribute).map(([op, { name, value }]) => {
  const path = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return op === "remove" ? { op, path } : { op, path, value };
});
const changes = fc.array(change, { minLength: 1, maxLength: 3 });

const caller = fc.constantFrom("demo", "demo", "demo", "demo-reader", "alt", "alt", "admin");
const visibility = fc.constantFrom("private", "shared", "shared", "community", "public");
const json = (value: unknown): AskOptions => ({ json: value });

/** One step in an image's life; `*` stands for the image, `%` for the project of alt. */
const step = fc.oneof(
  { weight: 2, arbitrary: fc.constant(["GET *", {}] as const) },
  fc.constant(["GET */file", {}] as const),
  fc.constant(["GET */members", {}] as const),
  fc.constant(["PUT */file", { body: "bytes" }] as const),
  fc.constant(["PUT */stage", { body: "bytes" }] as const),
  fc.constantFrom("a", "b").map((tag) => [`PUT */tags/${tag}`, {}] as const),
  fc.constantFrom("a", "b").map((tag) => [`DELETE */tags/${tag}`, {}] as const),
  fc.constant(["POST */actions/deactivate", {}] as const),
  fc.constant(["POST */actions/reactivate", {}] as const),
  fc.constant(["POST */members", "%"] as const),
  fc
    .constantFrom("accepted", "rejected", "pending")
    .map((status) => ["PUT */members/%", json({ status })] as const),
  fc.constant(["DELETE */members/%", {}] as const),
  visibility.map((value) => ["PATCH *", json([{ op: "replace", path: "/visibility", value }])] as const),
  fc.boolean().map((value) => ["PATCH *", json([{ op: "replace", path: "/protected", value }])] as const),
  { weight: 1, arbitrary: fc.constant(["DELETE *", {}] as const) },
);
const life = fc.array(fc.tuple(caller, step), { minLength: 15, maxLength: 30 });

export const random: readonly Script[] = [
  {
    name: "random creates",
    hasManyFaults: true,
    run: async ({ ask }) => {
      for (const body of sample(bodies, 200)) await ask("demo", "POST /v2/images", { json: body });
    },
  },
  {
    name: "random PATCHes",
    hasManyFaults: true,
    run: async ({ image, active, patch, ask }) => {
      for (const make of [image, active]) {
        const id = await make({ hw_disk_bus: "scsi" });
        for (const [at, operations] of sample(changes, 150).entries()) {
          await patch("demo", id, operations);
          if (at % 10 === 0) await ask("demo", `GET /v2/images/${id}`);
        }
      }
    },
  },
  {
    name: "random lists",
    hasManyFaults: true,
    run: async (session) => {
      await gallery(session);
      const some = fc.tuple(
        fc.subarray([...filters], { minLength: 1, maxLength: 3 }),
        fc.option(fc.constantFrom(...sorts)),
      );
      for (const [chosen, sort] of sample(some, 200)) {
        await session.ask("demo", query(session, ...chosen, ...(sort === null ? [] : [sort])));
      }
    },
  },
  ...sample(life, 20).map(
    (steps, number): Script => ({
      name: `random life ${number + 1}`,
      run: async ({ ask, image, projects }) => {
        const id = await image({ disk_format: "raw", container_format: "bare" });
        for (const [caller, [line, options]] of steps) {
          const path = line.replace("*", `/v2/images/${id}`).replace("%", projects.alt);
          await ask(caller, path, options === "%" ? { json: { member: projects.alt } } : options);
        }
      },
    }),
  ),
];
