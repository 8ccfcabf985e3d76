import type { Callers } from "./callers.ts";
import { active, hidden, type ImageVariant, protectedImages, queued, visibilities } from "./image-variant.ts";
import type { ImageRequest } from "./server.ts";

type Projects = Callers["projects"];

export interface ImageOperation {
  readonly name: string;
  readonly images: readonly ImageVariant[];
  readonly request: (id: string, projects: Projects) => ImageRequest;
  /** What a success leaves behind for the next caller; unsaid: the image as it was, as far as any cell can tell. */
  readonly leaves?: "other attributes" | "another state";
}

const get = (path: string) => (id: string) => ({ method: "GET", path: `/${id}${path}` }) as const;
const remove = (path: string) => (id: string) => ({ method: "DELETE", path: `/${id}${path}` }) as const;
const act = (action: string) => (id: string) =>
  ({ method: "POST", path: `/${id}/actions/${action}` }) as const;
const put = (path: string) => (id: string) =>
  ({ method: "PUT", path: `/${id}${path}`, body: "bytes" }) as const;
const patch =
  (op: "add" | "replace", attribute: string, valueFor: (projects: Projects) => unknown) =>
  (id: string, projects: Projects): ImageRequest => ({
    method: "PATCH",
    path: `/${id}`,
    body: [{ op, path: `/${attribute}`, value: valueFor(projects) }],
  });

/** What is asked of one image, by every caller. */
export const imageOperations: readonly ImageOperation[] = [
  { name: "show", images: [...queued, ...active, ...hidden], request: get("") },
  { name: "download", images: [...queued, ...active], request: get("/file") },
  { name: "upload", images: queued, request: put("/file"), leaves: "another state" },
  { name: "upload", images: active, request: put("/file") },
  { name: "stage", images: queued, request: put("/stage"), leaves: "another state" },
  { name: "stage", images: active, request: put("/stage") },
  {
    name: "PATCH nothing",
    images: queued,
    request: (id) => ({ method: "PATCH", path: `/${id}`, body: [] }),
  },
  { name: "PATCH name", images: [...queued, ...active], request: patch("replace", "name", () => "renamed") },
  ...visibilities.map((visibility) => ({
    name: `PATCH visibility to ${visibility}`,
    images: queued,
    request: patch("replace", "visibility", () => visibility),
    leaves: "other attributes" as const,
  })),
  ...(["demo", "alt"] as const).map((owner) => ({
    name: `PATCH owner to ${owner}`,
    images: queued,
    request: patch("replace", "owner", (projects) => projects[owner]),
    leaves: "other attributes" as const,
  })),
  {
    name: "PATCH add owner alt",
    images: queued,
    request: patch("add", "owner", ({ alt }) => alt),
    leaves: "other attributes",
  },
  { name: "PATCH of what is not there", images: queued, request: patch("replace", "absent", () => "x") },
  { name: "add a tag", images: queued, request: (id) => ({ method: "PUT", path: `/${id}/tags/new` }) },
  { name: "remove an absent tag", images: queued, request: remove("/tags/absent") },
  { name: "list members", images: queued, request: get("/members") },
  { name: "show an absent member", images: queued, request: get("/members/absent") },
  {
    name: "add a member",
    images: queued,
    request: (id) => ({ method: "POST", path: `/${id}/members`, body: { member: "new" } }),
    leaves: "another state",
  },
  {
    name: "accept for an absent member",
    images: queued,
    request: (id) => ({ method: "PUT", path: `/${id}/members/absent`, body: { status: "accepted" } }),
  },
  { name: "remove an absent member", images: queued, request: remove("/members/absent") },
  { name: "deactivate", images: queued, request: act("deactivate") },
  { name: "deactivate", images: active, request: act("deactivate"), leaves: "another state" },
  { name: "reactivate", images: [...queued, ...active], request: act("reactivate") },
  {
    name: "delete",
    images: [...queued, ...active, ...protectedImages],
    request: remove(""),
    leaves: "another state",
  },
];

export interface CreateOperation {
  readonly name: string;
  readonly body: (projects: Projects) => Record<string, unknown>;
}

/** Creates: every visibility, unsaid too, with every owner. */
export const createOperations: readonly CreateOperation[] = [undefined, ...visibilities].flatMap(
  (visibility) =>
    [undefined, "demo" as const, "alt" as const].map((owner) => ({
      name: ["create", visibility, owner && `owned by ${owner}`].filter(Boolean).join(" "),
      body: (projects: Projects) => ({
        name: "rbac",
        ...(visibility && { visibility }),
        ...(owner && { owner: projects[owner] }),
      }),
    })),
);

/** What is asked of the service, of no image. */
export const servicePaths = [
  "/v2/schemas/image",
  "/v2/schemas/members",
  "/v2/info/import",
  "/v2/info/usage",
  "/v2/images/no-such-image",
  "/v2/images/no-such-image/file",
  "/v2/images/no-such-image/members",
] as const;

export interface ListOperation {
  readonly name: string;
  readonly query: (projects: Projects) => string;
}

/** Lists: whether each of `listedImages` is in the answer. */
export const listOperations: readonly ListOperation[] = [
  { name: "list", query: () => "" },
  ...["all", ...visibilities].map((visibility) => ({
    name: `list visibility=${visibility}`,
    query: () => `&visibility=${visibility}`,
  })),
  { name: "list os_hidden=true", query: () => "&os_hidden=true" },
  { name: "list visibility=all os_hidden=true", query: () => "&visibility=all&os_hidden=true" },
  { name: "list owner=demo", query: ({ demo }) => `&owner=${demo}` },
];
export const listedImages: readonly ImageVariant[] = [...queued, ...active, ...hidden];
