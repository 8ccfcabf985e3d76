import { identityRoutes } from "./identity-routes.ts";
import type { Route } from "./route.ts";

export type { Access, ApiFunction, Route } from "./route.ts";

const image = "/{version}/images/{image_id}";
const transfer = `${image}/transfers/{transfer_id}`;

export const imageRoutes = [
  {
    operation: "checkHealth",
    method: "GET",
    path: "/healthcheck",
    function: "discovery",
    access: "public",
    summary: "Tell a load balancer that the service answers",
  },
  {
    operation: "checkHealth",
    method: "HEAD",
    path: "/healthcheck",
    function: "discovery",
    access: "public",
    summary: "Tell a load balancer that the service answers",
  },
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
    operation: "listStores",
    method: "GET",
    path: "/{version}/info/stores",
    function: "discovery",
    access: "token",
    summary: "List stores: 404 with a single store",
  },
  {
    operation: "listStoreDetails",
    method: "GET",
    path: "/{version}/info/stores/detail",
    function: "discovery",
    access: "token",
    summary: "List stores with their properties: 404 with a single store",
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
    operation: "deactivateImage",
    method: "POST",
    path: `${image}/actions/deactivate`,
    function: "images",
    access: "token",
    summary: "Deactivate an image: its data is for admins only",
  },
  {
    operation: "reactivateImage",
    method: "POST",
    path: `${image}/actions/reactivate`,
    function: "images",
    access: "token",
    summary: "Reactivate an image",
  },
  {
    operation: "addTag",
    method: "PUT",
    path: `${image}/tags/{tag_value}`,
    function: "images",
    access: "token",
    summary: "Tag an image",
  },
  {
    operation: "removeTag",
    method: "DELETE",
    path: `${image}/tags/{tag_value}`,
    function: "images",
    access: "token",
    summary: "Take a tag away from an image",
  },

  {
    operation: "listMembers",
    method: "GET",
    path: `${image}/members`,
    function: "members",
    access: "token",
    summary: "List the members of an image",
  },
  {
    operation: "createMember",
    method: "POST",
    path: `${image}/members`,
    function: "members",
    access: "token",
    summary: "Share an image with a project",
  },
  {
    operation: "showMember",
    method: "GET",
    path: `${image}/members/{member_id}`,
    function: "members",
    access: "token",
    summary: "Show a member",
  },
  {
    operation: "updateMember",
    method: "PUT",
    path: `${image}/members/{member_id}`,
    function: "members",
    access: "token",
    summary: "Accept or reject an image that is shared with the project",
  },
  {
    operation: "deleteMember",
    method: "DELETE",
    path: `${image}/members/{member_id}`,
    function: "members",
    access: "token",
    summary: "Stop sharing an image with a project",
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
] as const satisfies readonly Route[];

const all = () => [...imageRoutes, ...identityRoutes] as const;

/**
 * The one route table: OpenAPI, API Gateway, 405 with Allow and the docs are made from it. Marked as pure, so that a
 * function's bundle holds only the half that it serves.
 */
export const routes = /* @__PURE__ */ all();

export type OperationName = (typeof routes)[number]["operation"];
