import { isJsonObject } from "../../shared/json-object.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import type { ApiCaller } from "./api-caller.ts";
import { objectOf } from "./api-caller.ts";

/** No project of that name, or none that the caller may look up. */
export class ProjectNotFound extends Error {}

/** The forms in which Keystone makes ids: no name is looked up for them. */
const madeId = /^([0-9a-f]{32}|[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12})$/i;

/** Ids of the projects of that name in a list; undefined where the caller may not read it. */
async function named(call: ApiCaller, path: string, name: string): Promise<readonly string[] | undefined> {
  try {
    const { projects } = objectOf(await call("GET", path));
    const found = (Array.isArray(projects) ? projects : []).filter(
      (project) => isJsonObject(project) && project.name === name && typeof project.id === "string",
    );
    return found.map(({ id }) => String(id));
  } catch (error) {
    if (error instanceof ApiRefused && [401, 403, 404].includes(error.status)) return undefined;
    throw error;
  }
}

/**
 * A project's id, by name where the identity service lets the caller see it: admins all of them, others those they have a
 * role in. What looks like an id is taken as one. Throws ProjectNotFound: an id that is none would be shared with nobody.
 */
export async function findProject(call: ApiCaller | undefined, nameOrId: string): Promise<string> {
  if (madeId.test(nameOrId)) return nameOrId;
  const all = call && (await named(call, `/projects?${new URLSearchParams({ name: nameOrId })}`, nameOrId));
  const ids = all ?? (call && (await named(call, "/auth/projects", nameOrId))) ?? [];
  const [only, other] = ids;
  if (only === undefined) {
    const reason =
      all === undefined ? "you may not look projects of others up: give its id" : "there is none";
    throw new ProjectNotFound(`project ${nameOrId} was not found by name; ${reason}`);
  }
  if (other === undefined) return only;
  throw new ProjectNotFound(
    `${ids.length} projects have the name ${nameOrId}: give an id, e.g. ${ids.slice(0, 5).join(", ")}`,
  );
}
