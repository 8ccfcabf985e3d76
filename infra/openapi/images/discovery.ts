import { versionNumbers, versionsDocument } from "../../../shared/http/versions.ts";
import type { OperationName } from "../../../shared/routes.ts";
import {
  type AnswerDescription,
  type Description,
  json,
  listOf,
  objectOf,
  type Schema,
  schemaRef,
  text,
} from "../description.ts";
import { schemaAnswer } from "../schema-answer.ts";

export const discoverySchemas = {
  Versions: {
    description: "The versions of the Image API, newest first as far as this service has them",
    ...objectOf({
      versions: listOf(
        objectOf({
          id: {
            type: "string",
            enum: versionNumbers({ severalStores: true, cache: true }).map((number) => `v${number}`),
          },
          status: { type: "string", enum: ["CURRENT", "SUPPORTED"] },
          links: listOf(
            objectOf({ rel: { type: "string", const: "self" }, href: { type: "string", format: "uri" } }),
          ),
        }),
      ),
    }),
  },
  JsonSchema: {
    description: "A JSON schema as Glance writes it: draft 4, with the name of what it describes",
    ...objectOf({ name: text, properties: { type: "object" } }),
    additionalProperties: true,
  },
  ImportInfo: objectOf({
    "import-methods": objectOf({ description: text, type: text, value: listOf(text) }),
  }),
} satisfies Record<string, Schema>;

const versions: AnswerDescription = {
  description: "The versions",
  content: json(
    schemaRef("Versions"),
    versionsDocument("http://127.0.0.1:9292", { severalStores: false, cache: false }),
  ),
};
const noBody = "There is a body, and none is expected";

const uuid: Schema = { type: "string", pattern: "^[0-9a-f-]{36}$" };

/** The operations of the discovery function. */
export const discovery = {
  checkHealth: {
    tag: "discovery",
    answers: {
      200: {
        description: "It answers",
        content: { "text/plain": { schema: { type: "string", const: "OK" }, example: "OK" } },
      },
    },
    head: { 204: { description: "It answers" } },
  },
  listVersionsRoot: { tag: "discovery", answers: { 300: versions } },
  listVersions: { tag: "discovery", answers: { 200: versions } },
  showSchema: schemaAnswer("`image`, `images`, `member`, `members`, `task`, `tasks`", {
    name: "member",
    properties: { image_id: uuid, status: { type: "string", enum: ["pending", "accepted", "rejected"] } },
  }),
  showImportInfo: {
    tag: "discovery",
    details: "Those of `enabled_import_methods`.",
    answers: {
      200: {
        description: "The import methods",
        content: json(schemaRef("ImportInfo"), {
          "import-methods": {
            description: "Import methods available.",
            type: "array",
            value: ["glance-direct"],
          },
        }),
      },
    },
    errors: { 400: noBody },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
