import type { Script } from "../../differential/script.ts";
import { Catalogue } from "../catalogue.ts";

/** A property of each kind, with all that it may have. */
const properties = {
  plain: { type: "string", title: "Plain" },
  text: {
    type: "string",
    title: "Text",
    description: "ü, long",
    operators: ["<in>", "<or>"],
    default: "a",
    readonly: false,
    enum: ["a", "b"],
    pattern: "^[ab]$",
    minLength: 0,
    maxLength: 1,
  },
  number: { type: "number", title: "Number", minimum: 1.5, maximum: -0.5, default: 1.5 },
  integer: { type: "integer", title: "Integer", minimum: 0, maximum: 10, default: 3, readonly: true },
  boolean: { type: "boolean", title: "Boolean", default: true },
  list: {
    type: "array",
    title: "List",
    items: { type: "string", enum: ["x", "y"] },
    minItems: 1,
    maxItems: 2,
    uniqueItems: true,
    additionalItems: false,
  },
  record: { type: "object", title: "", description: "" },
};
// Glance loses the notification of an object with `items` (docs/compatibility.md, "Notifications").
const { list: _, ...ofObject } = properties;
const objects = [
  { name: "bare" },
  { name: "full", description: "d", required: ["text", "absent"], properties: ofObject },
  { name: "empty", description: "", required: [], properties: {} },
];

/** What is accepted, and how it is shown everywhere. */
export const shapes: readonly Script[] = [
  {
    name: "contents as they are shown",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      await catalogue.create("n", {
        display_name: "Display",
        description: "",
        objects,
        properties,
        tags: [{ name: "t" }],
        resource_type_associations: [
          { name: "kind", prefix: "k_", properties_target: "image" },
          { name: "sort" },
        ],
      });
      const shown = async (name: string) => {
        for (const rest of [
          "",
          "?resource_type=kind",
          "/objects",
          "/properties",
          "/tags",
          "/resource_types",
        ]) {
          await catalogue.of("GET", name, rest);
        }
        for (const { name: object } of objects) await catalogue.of("GET", name, `/objects/${object}`);
        for (const property of Object.keys(properties)) {
          await catalogue.of("GET", name, `/properties/${property}`);
        }
      };
      await shown("n");
      await catalogue.create("m");
      for (const object of objects) await catalogue.of("POST", "m", "/objects", object);
      for (const [name, property] of Object.entries(properties)) {
        await catalogue.of("POST", "m", "/properties", { name, ...property });
      }
      await catalogue.of("POST", "m", "/tags/t");
      await catalogue.of("POST", "m", "/resource_types", { name: "kind", prefix: "k_" });
      await shown("m");
      for (const object of objects) {
        for (const other of objects) {
          await catalogue.of("PUT", "m", `/objects/${object.name}`, { ...other, name: object.name });
        }
      }
      for (const [name, property] of Object.entries(properties)) {
        await catalogue.of("PUT", "m", "/properties/plain", { ...property, name: "plain" });
        await catalogue.of("PUT", "m", `/properties/${name}`, { name, type: "string", title: "T" });
      }
      await shown("m");
    },
  },
];
