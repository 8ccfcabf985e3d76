export type ApiFunction = "discovery" | "images" | "data" | "transfers" | "identity";

/** Who may ask: `token` needs X-Auth-Token; `transfer` a transfer token or X-Auth-Token. */
export type Access = "public" | "token" | "transfer";

export interface Route {
  readonly operation: string;
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** API Gateway's form; `{version}` is any listed version of the Image API. */
  readonly path: string;
  readonly function: ApiFunction;
  readonly access: Access;
  readonly summary: string;
}

const image = "/{version}/images/{image_id}";
const transfer = `${image}/transfers/{transfer_id}`;

/** The one route table: OpenAPI, API Gateway, 405 with Allow and the docs are made from it. */
export const routes = [
  {
    operation: "listVersionsRoot",
    method: "GET",
    path: "/",
    function: "discovery",
    access: "public",
    summary: "List API versions",
  },
  {
    operation: "listVersions",
    method: "GET",
    path: "/versions",
    function: "discovery",
    access: "public",
    summary: "List API versions",
  },
  {
    operation: "listVersions",
    method: "GET",
    path: "/{version}",
    function: "discovery",
    access: "public",
    summary: "List API versions",
  },
  {
    operation: "listVersions",
    method: "GET",
    path: "/{version}/versions",
    function: "discovery",
    access: "public",
    summary: "List API versions",
  },
  {
    operation: "showSchema",
    method: "GET",
    path: "/{version}/schemas/{schema}",
    function: "discovery",
    access: "token",
    summary: "Show a JSON schema",
  },
  {
    operation: "showMetadefSchema",
    method: "GET",
    path: "/{version}/schemas/metadefs/{schema}",
    function: "discovery",
    access: "token",
    summary: "Show a JSON schema of the metadata definitions",
  },
  {
    operation: "showImportInfo",
    method: "GET",
    path: "/{version}/info/import",
    function: "discovery",
    access: "token",
    summary: "List import methods",
  },

  {
    operation: "createImage",
    method: "POST",
    path: "/{version}/images",
    function: "images",
    access: "token",
    summary: "Create an image",
  },
  {
    operation: "listImages",
    method: "GET",
    path: "/{version}/images",
    function: "images",
    access: "token",
    summary: "List images",
  },
  {
    operation: "showImage",
    method: "GET",
    path: image,
    function: "images",
    access: "token",
    summary: "Show an image",
  },
  {
    operation: "updateImage",
    method: "PATCH",
    path: image,
    function: "images",
    access: "token",
    summary: "Update an image",
  },
  {
    operation: "deleteImage",
    method: "DELETE",
    path: image,
    function: "images",
    access: "token",
    summary: "Delete an image",
  },

  {
    operation: "uploadImage",
    method: "PUT",
    path: `${image}/file`,
    function: "data",
    access: "token",
    summary: "Upload image data (small images; larger ones through a transfer)",
  },
  {
    operation: "stageImage",
    method: "PUT",
    path: `${image}/stage`,
    function: "data",
    access: "token",
    summary: "Stage image data for an import (small images; larger ones through a transfer)",
  },
  {
    operation: "downloadImage",
    method: "GET",
    path: `${image}/file`,
    function: "data",
    access: "token",
    summary: "Download image data (a redirect to a presigned URL)",
  },

  {
    operation: "createTransfer",
    method: "POST",
    path: `${image}/transfers`,
    function: "transfers",
    access: "token",
    summary: "Open a transfer: one upload attempt in parts",
  },
  {
    operation: "showTransfer",
    method: "GET",
    path: transfer,
    function: "transfers",
    access: "transfer",
    summary: "Show a transfer and the parts that are stored",
  },
  {
    operation: "signParts",
    method: "POST",
    path: `${transfer}/parts`,
    function: "transfers",
    access: "transfer",
    summary: "Get presigned URLs for parts",
  },
  {
    operation: "completeTransfer",
    method: "POST",
    path: `${transfer}/complete`,
    function: "transfers",
    access: "transfer",
    summary: "Complete a transfer",
  },
  {
    operation: "abortTransfer",
    method: "DELETE",
    path: transfer,
    function: "transfers",
    access: "transfer",
    summary: "Abort a transfer",
  },

  {
    operation: "showIdentityVersion",
    method: "GET",
    path: "/v3",
    function: "identity",
    access: "public",
    summary: "Show the Identity API version",
  },
  {
    operation: "issueToken",
    method: "POST",
    path: "/v3/auth/tokens",
    function: "identity",
    access: "public",
    summary: "Issue a token",
  },
  {
    operation: "validateToken",
    method: "GET",
    path: "/v3/auth/tokens",
    function: "identity",
    access: "token",
    summary: "Validate and show a token",
  },
  {
    operation: "validateToken",
    method: "HEAD",
    path: "/v3/auth/tokens",
    function: "identity",
    access: "token",
    summary: "Validate a token",
  },
  {
    operation: "showCatalog",
    method: "GET",
    path: "/v3/auth/catalog",
    function: "identity",
    access: "token",
    summary: "Show the service catalog",
  },
  {
    operation: "listOwnProjects",
    method: "GET",
    path: "/v3/auth/projects",
    function: "identity",
    access: "token",
    summary: "List the projects the caller can scope to",
  },
] as const satisfies readonly Route[];

export type OperationName = (typeof routes)[number]["operation"];

/** Methods that a path answers, for 405's Allow; undefined for a path that is in no route. */
export function allowedMethods(path: string): readonly string[] | undefined {
  const methods = routes.filter((route) => route.path === path).map((route) => route.method);
  return methods.length > 0 ? methods : undefined;
}
