import type { Callers } from "../rbac/callers.ts";
import { type Caller, type Cell, callers, type FixtureName, fixtures } from "./questions.ts";

interface Request {
  readonly method: string;
  /** Behind /v2/images. */
  readonly path: string;
  readonly body?: unknown;
  readonly type?: string;
}

const json = (method: string, path: string, body?: unknown): Request => ({ method, path, body });
const bytes = (path: string): Request => ({
  method: "PUT",
  path,
  body: "bytes",
  type: "application/octet-stream",
});
const patch = (id: string, ...operations: object[]): Request => ({
  method: "PATCH",
  path: `/${id}`,
  body: operations,
  type: "application/openstack-images-v2.1-json-patch",
});

function requestOf({ question, caller }: Cell, id: string, { demo, alt }: Callers["projects"]): Request {
  switch (question) {
    case "list":
      return json("GET", "?limit=1000");
    case "list all":
      return json("GET", "?limit=1000&visibility=all");
    case "create":
      return json("POST", "", { name: "policy" });
    case "create public":
      return json("POST", "", { name: "policy", visibility: "public" });
    case "create community":
      return json("POST", "", { name: "policy", visibility: "community" });
    case "create for demo":
      return json("POST", "", { name: "policy", owner: demo });
    case "create for alt":
      return json("POST", "", { name: "policy", owner: alt });
    case "show":
      return json("GET", `/${id}`);
    case "change nothing":
      return patch(id);
    case "change the name":
      return patch(id, { op: "replace", path: "/name", value: "renamed" });
    case "change to community":
      return patch(id, { op: "replace", path: "/visibility", value: "community" });
    case "change to public":
      return patch(id, { op: "replace", path: "/visibility", value: "public" });
    case "change what is not there":
      return patch(id, { op: "replace", path: "/absent", value: "x" });
    case "add a tag":
      return json("PUT", `/${id}/tags/new`);
    case "remove a tag":
      return json("DELETE", `/${id}/tags/of-${caller}`);
    case "remove an absent tag":
      return json("DELETE", `/${id}/tags/absent`);
    case "upload":
      return bytes(`/${id}/file`);
    case "stage":
      return bytes(`/${id}/stage`);
    case "download":
      return json("GET", `/${id}/file`);
    case "deactivate":
    case "reactivate":
      return json("POST", `/${id}/actions/${question}`);
    case "delete":
      return json("DELETE", `/${id}`);
    case "list members":
      return json("GET", `/${id}/members`);
    case "add a member":
      return json("POST", `/${id}/members`, { member: `of-${caller}` });
    case "show a member":
      return json("GET", `/${id}/members/${alt}`);
    case "show an absent member":
      return json("GET", `/${id}/members/absent`);
    case "accept as a member":
      return json("PUT", `/${id}/members/${alt}`, { status: "accepted" });
    case "remove a member":
      return json("DELETE", `/${id}/members/${alt}`);
  }
}

/** A real Glance, asked over HTTP. */
export class Glance {
  readonly #url: string;
  readonly #callers: Callers;

  constructor(url: string, callers: Callers) {
    this.#url = url;
    this.#callers = callers;
  }

  async #send(caller: Caller, { method, path, body, type = "application/json" }: Request) {
    const response = await fetch(`${this.#url}/v2/images${path}`, {
      method,
      headers: {
        Accept: "application/json",
        ...this.#callers.headersOf(caller),
        ...(body !== undefined && { "Content-Type": type }),
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  }

  async #must(request: Request): Promise<string> {
    const { status, text } = await this.#send("admin", request);
    if (status >= 300) throw new Error(`${request.method} ${request.path}: ${status} ${text}`);
    return text;
  }

  async make(name: FixtureName): Promise<string> {
    const { visibility, status } = fixtures[name];
    const { demo, alt } = this.#callers.projects;
    const image = {
      name: "policy",
      owner: name === "nobody's" ? null : demo,
      visibility,
      disk_format: "raw",
      container_format: "bare",
      tags: callers.map((caller) => `of-${caller}`),
    };
    const { id } = JSON.parse(await this.#must(json("POST", "", image))) as { id: string };
    if (status !== "queued") await this.#must(bytes(`/${id}/file`));
    if (status === "deactivated") await this.#must(json("POST", `/${id}/actions/deactivate`));
    if (visibility === "shared") await this.#must(json("POST", `/${id}/members`, { member: alt }));
    return id;
  }

  /** `done`, or the status of a refusal; of a list, which of these images are in it. */
  async ask(cell: Cell, id: string, listed: ReadonlyMap<string, string>): Promise<string> {
    const { status, text } = await this.#send(cell.caller, requestOf(cell, id, this.#callers.projects));
    if (status >= 300) return String(status);
    if (!cell.question.startsWith("list")) return "done";
    const { images, members } = JSON.parse(text) as { images?: { id: string }[]; members?: unknown[] };
    if (members) return `done: ${members.length}`;
    const ids = new Set(images?.map((image) => image.id));
    return `done: ${[...listed].filter(([, one]) => ids.has(one)).map(([name]) => name)}`;
  }
}
