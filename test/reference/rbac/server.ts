import type { CallerName, Callers } from "./callers.ts";
import type { ImageVariant } from "./image-variant.ts";

export interface ImageRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Behind `/v2/images`, or all of it. */
  readonly path: string;
  /** Text is image data, anything else JSON. */
  readonly body?: unknown;
}

const contentType = ({ method, body }: ImageRequest): string => {
  if (typeof body === "string") return "application/octet-stream";
  return method === "PATCH" ? "application/openstack-images-v2.1-json-patch" : "application/json";
};

/** One of the two Glances, and the images that the matrix has made in it. */
export class Server {
  readonly #made = new Set<string>();
  readonly #url: string;
  readonly callers: Callers;

  constructor(url: string, callers: Callers) {
    this.#url = url;
    this.callers = callers;
  }

  /** Redirects are followed: to their caller, bytes from S3 are bytes. */
  async ask(caller: CallerName, request: ImageRequest): Promise<{ status: number; body: unknown }> {
    const { method, path, body } = request;
    const response = await fetch(`${this.#url}${path.startsWith("/v2/") ? "" : "/v2/images"}${path}`, {
      method,
      headers: {
        Accept: "application/json",
        ...this.callers.headersOf(caller),
        ...(body !== undefined && { "Content-Type": contentType(request) }),
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("application/json") && text !== "";
    const answer = isJson ? (JSON.parse(text) as unknown) : text;
    if (method === "POST" && response.status === 201) this.#made.add((answer as { id: string }).id);
    if (method === "DELETE" && response.status === 204) this.#made.delete(path.slice(1));
    return { status: response.status, body: answer };
  }

  async #askAsAdmin(request: ImageRequest, expected: number): Promise<unknown> {
    const { status, body } = await this.ask("admin", request);
    if (status !== expected) {
      throw new Error(`${this.#url}: ${request.method} ${request.path}: ${status} ${JSON.stringify(body)}`);
    }
    return body;
  }

  /** Makes an image of this kind as admin; returns its id. */
  async make({ owner, visibility, status, flag }: ImageVariant): Promise<string> {
    const image = {
      name: "rbac",
      owner: this.callers.projects[owner],
      visibility,
      disk_format: "raw",
      container_format: "bare",
      ...(flag && { [flag]: true }),
    };
    const { id } = (await this.#askAsAdmin({ method: "POST", path: "", body: image }, 201)) as { id: string };
    if (status === "active") {
      await this.#askAsAdmin({ method: "PUT", path: `/${id}/file`, body: "bytes" }, 204);
    }
    return id;
  }

  /** Undoes a change of owner or visibility. */
  async restore(id: string, { owner, visibility }: ImageVariant): Promise<void> {
    const body = [
      { op: "replace", path: "/owner", value: this.callers.projects[owner] },
      { op: "replace", path: "/visibility", value: visibility },
    ];
    await this.#askAsAdmin({ method: "PATCH", path: `/${id}`, body }, 200);
  }

  /** Deletes what is left of the images that were made through this server. */
  async clear(): Promise<void> {
    for (const id of this.#made) {
      const remove = { method: "DELETE", path: `/${id}` } as const;
      if ((await this.ask("admin", remove)).status !== 403) continue;
      const body = [{ op: "replace", path: "/protected", value: false }];
      await this.ask("admin", { method: "PATCH", path: `/${id}`, body });
      await this.ask("admin", remove);
    }
    this.#made.clear();
  }
}
