import { allowedMethods } from "../../shared/api/routes.ts";
import { imageSchema, imagesSchema } from "../../shared/api/schemas/image-schema.ts";
import { memberSchema, membersSchema } from "../../shared/api/schemas/member-schema.ts";
import { metadefSchema } from "../../shared/api/schemas/metadef-schema.ts";
import { versionsDocument } from "../../shared/api/versions.ts";
import { MethodNotAllowed, NotFound } from "../../shared/errors.ts";
import { type ApiOperation, ok } from "../../shared/http/api-request.ts";
import { param } from "../../shared/http/caller-of.ts";
import { refuseBody } from "../../shared/http/json-body.ts";
import { readSettings } from "../../shared/settings.ts";
import { imageApi } from "../wiring/image-api.ts";

const settings = readSettings(process.env);

const schemas: Readonly<Record<string, () => unknown>> = {
  image: () => imageSchema(settings),
  images: () => imagesSchema(settings),
  member: () => memberSchema,
  members: () => membersSchema,
};

const show: (documents: (name: string) => unknown) => ApiOperation = (documents) => async (request) => {
  refuseBody(request);
  const document = documents(param(request, "schema"));
  if (document === undefined) throw new NotFound("The resource could not be found.");
  return ok(document);
};

export const handler = imageApi("discovery", settings, {
  operations: {
    // glance needs 200 at /versions, all clients take 300 at the root (clients sheet, section 4).
    listVersionsRoot: async ({ publicUrl }) => ({ status: 300, body: versionsDocument(publicUrl) }),
    listVersions: async ({ publicUrl }) => ok(versionsDocument(publicUrl)),
    showSchema: show((name) => (Object.hasOwn(schemas, name) ? schemas[name]?.() : undefined)),
    showMetadefSchema: show(metadefSchema),
    showImportInfo: async () =>
      ok({ "import-methods": { description: "Import methods available.", type: "array", value: [] } }),
  },
  fallback: async ({ method, resource }) => {
    const allowed = allowedMethods(resource);
    if (allowed) throw new MethodNotAllowed(method, allowed);
    throw new NotFound("The resource could not be found.");
  },
});
