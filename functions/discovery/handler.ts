import { MethodNotAllowed, NotFound, NotImplemented } from "../../shared/errors.ts";
import { allowedMethods } from "../../shared/http/allowed-methods.ts";
import { type ApiOperation, type ApiRequest, noContent, ok } from "../../shared/http/api-request.ts";
import { callerOf, param } from "../../shared/http/caller-of.ts";
import { withoutBody } from "../../shared/http/json-body.ts";
import { versionsDocument } from "../../shared/http/versions.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import { showStoreDetails, showStores } from "../../shared/images/operations/stores/show-stores.ts";
import { imageSchema, imagesSchema } from "../../shared/images/wire/image-schema.ts";
import { memberSchema, membersSchema } from "../../shared/images/wire/member-schema.ts";
import { storeDetailsDocument, storesDocument } from "../../shared/images/wire/store-document.ts";
import { taskSchema, tasksSchema } from "../../shared/images/wire/task-schema.ts";
import { metadefSchema } from "../../shared/metadefs/wire/metadef-schema.ts";
import { ownValue } from "../../shared/own-value.ts";
import { imageApiRoutes } from "../../shared/routes.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { imageApi } from "../wiring/image-api.ts";
import { offeredVersions } from "../wiring/offered-versions.ts";

const settings = deployedSettings(process.env);
const notFound = () => new NotFound("The resource could not be found.");

const imageSchemas: Readonly<Record<string, () => unknown>> = {
  image: () => imageSchema(settings),
  images: () => imagesSchema(settings),
  member: () => memberSchema,
  members: () => membersSchema,
  task: () => taskSchema,
  tasks: () => tasksSchema,
};

/** Schemas by the path of their route. */
const schemas: Readonly<Record<string, (name: string) => unknown>> = {
  "/{version}/schemas/{schema}": (name) => ownValue(imageSchemas, name)?.(),
  "/{version}/schemas/metadefs/{schema}": metadefSchema,
};

/** The schema that the path names; each one is a resource of its own, so an unknown one is 404 for any method. */
function schemaOf(request: ApiRequest): unknown {
  const document = ownValue(schemas, request.resource)?.(param(request, "schema"));
  if (document === undefined) throw notFound();
  return document;
}

const showSchema = withoutBody(async (request) => ok(schemaOf(request)));

const stores = configuredStores(settings);
const offered = offeredVersions(settings);
const listStores = withoutBody(async () => ok(storesDocument(showStores({ stores })())));
const listStoreDetails = withoutBody(async (request) =>
  ok(storeDetailsDocument(showStoreDetails({ stores })(callerOf(request)))),
);

const routable = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"]);

const refuse: ApiOperation = async (request) => {
  const { method, resource } = request;
  const allowed = allowedMethods(imageApiRoutes, resource);
  if (allowed === undefined && !routable.has(method)) {
    throw new NotImplemented(`The method ${method} is not implemented here.`);
  }
  if (allowed === undefined) throw notFound();
  if (Object.hasOwn(schemas, resource)) schemaOf(request);
  throw new MethodNotAllowed(method, allowed);
};

export const handler = imageApi("discovery", settings, {
  routes: imageApiRoutes,
  operations: {
    checkHealth: async ({ method }) =>
      method === "HEAD" ? noContent : { status: 200, headers: { "Content-Type": "text/plain" }, body: "OK" },
    // glance needs 200 at /versions, all clients take 300 at the root (docs/reference/clients.md, "Discovery and
    // schemas").
    listVersionsRoot: async ({ publicUrl }) => ({ status: 300, body: versionsDocument(publicUrl, offered) }),
    listVersions: async ({ publicUrl }) => ok(versionsDocument(publicUrl, offered)),
    showSchema,
    showMetadefSchema: showSchema,
    showImportInfo: withoutBody(async () =>
      ok({
        "import-methods": {
          description: "Import methods available.",
          type: "array",
          value: settings.enabled_import_methods,
        },
      }),
    ),
    listStores,
    listStoreDetails,
  },
  fallback: refuse,
});
