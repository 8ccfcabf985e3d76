import { type Access, type ApiFunction, type OperationName, type Route, routes } from "./routes.ts";
import { versionNumbers } from "./versions.ts";

/** Statuses of success where they are not just 200. */
const successes: Partial<Record<OperationName, readonly number[]>> = {
  listVersionsRoot: [300],
  listVersions: [200, 300],
  createImage: [201],
  deleteImage: [204],
  deleteMember: [204],
  deactivateImage: [204],
  reactivateImage: [204],
  addTag: [204],
  removeTag: [204],
  checkHealth: [200, 204],
  listStores: [404],
  listStoreDetails: [404],
  uploadImage: [204],
  downloadImage: [204, 302],
  createTransfer: [201],
  completeTransfer: [200, 202],
  abortTransfer: [204],
  issueToken: [201],
  federate: [201],
  createProject: [201],
  deleteProject: [204],
  createUser: [201],
  deleteUser: [204],
  changePassword: [204],
  grantRole: [204],
  revokeRole: [204],
  createCredential: [201],
  deleteCredential: [204],
};

const descriptions: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted: poll until it is done",
  204: "No content",
  300: "Multiple choices: the versions document",
  302: "Redirect to a presigned URL of the data",
  404: "There is one store only",
};

const security: Readonly<Record<Access, readonly Record<string, readonly string[]>[]>> = {
  public: [],
  token: [{ token: [] }],
  transfer: [{ transferToken: [] }, { token: [] }],
};

const securitySchemes = {
  token: { type: "apiKey", in: "header", name: "X-Auth-Token", description: "A token of the Identity API" },
  transferToken: {
    type: "apiKey",
    in: "header",
    name: "X-Image-Transfer-Token",
    description: "The token of one transfer, given when it is opened",
  },
} as const;

const versionSchema = { type: "string", enum: ["v2", ...versionNumbers.map((number) => `v${number}`)] };

/** Parameters of a path in API Gateway's form; a greedy one (`{proxy+}`) loses its plus. */
export const pathParameters = (path: string) =>
  [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: name === "version" ? versionSchema : { type: "string" },
  }));

const responses = (operation: OperationName) =>
  Object.fromEntries(
    (successes[operation] ?? [200]).map((status) => [status, { description: descriptions[status] ?? "OK" }]),
  );

const anError = { description: "An error: HTML, or JSON for those who accept it" };

/** Ids must be unique; an operation with several routes gets a number from its second one on. */
function operationIds(): Map<Route, string> {
  const seen = new Map<string, number>();
  return new Map(
    routes.map((route) => {
      const count = (seen.get(route.operation) ?? 0) + 1;
      seen.set(route.operation, count);
      return [route, count === 1 ? route.operation : `${route.operation}${count}`];
    }),
  );
}

export type PathItem = Record<string, unknown>;

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Readonly<Record<string, string>>;
  readonly paths: Record<string, PathItem>;
  readonly components?: unknown;
}

/**
 * The OpenAPI 3 document of the route table. With `integrations` it is what API Gateway imports: each operation
 * carries its function's integration and nothing of security, which the gateway would take for its own API keys,
 * nor a default response, which it has not.
 */
export function openApi(integrations?: (fn: ApiFunction) => unknown): OpenApiDocument {
  const paths: Record<string, PathItem> = {};
  for (const [route, operationId] of operationIds()) {
    const parameters = pathParameters(route.path);
    const success = responses(route.operation as OperationName);
    const item = paths[route.path] ?? {};
    paths[route.path] = item;
    item[route.method.toLowerCase()] = {
      operationId,
      summary: route.summary,
      tags: [route.function],
      ...(parameters.length > 0 && { parameters }),
      ...(integrations
        ? { responses: success, "x-amazon-apigateway-integration": integrations(route.function) }
        : { responses: { ...success, default: anError }, security: security[route.access] }),
    };
  }
  return {
    openapi: "3.0.3",
    info: { title: "Serverless Glance", version: "2.17", description: "Image API v2 and Identity API v3" },
    paths,
    ...(!integrations && { components: { securitySchemes } }),
  };
}
