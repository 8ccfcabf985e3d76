import { isJsonObject } from "../../shared/json-object.ts";
import { ownValue } from "../../shared/own-value.ts";
import type { Connections } from "../transfer/connections.ts";
import { apiCaller, misunderstood, objectOf } from "./api-caller.ts";
import type { Session } from "./session.ts";

/** A user, project, role or application credential as Keystone shows it. */
export interface Entity {
  readonly id: string;
  readonly name: string;
  readonly [attribute: string]: unknown;
}

/** One that is not there. */
export class EntityNotFound extends Error {}

/** Keystone's name of a kind of thing in bodies; its path is the plural. */
export type Kind = "user" | "project" | "role";

/** The parts of Keystone v3 that manage who may use the service. Calls throw ApiRefused, ExchangeFailed. */
export interface IdentityService {
  list(kind: Kind): Promise<readonly Entity[]>;
  /** By name, else by id. Throws EntityNotFound. */
  find(kind: Kind, nameOrId: string): Promise<Entity>;
  create(kind: Kind, attributes: Readonly<Record<string, unknown>>): Promise<Entity>;
  update(kind: Kind, id: string, attributes: Readonly<Record<string, unknown>>): Promise<Entity>;
  delete(kind: Kind, id: string): Promise<void>;
  /** Idempotent, both. */
  addRole(project: string, user: string, role: string): Promise<void>;
  removeRole(project: string, user: string, role: string): Promise<void>;
}

function entityOf(value: unknown): Entity {
  if (!isJsonObject(value) || typeof value.id !== "string" || typeof value.name !== "string")
    throw misunderstood();
  return value as Entity;
}

function entitiesOf(body: Record<string, unknown>, member: string): Entity[] {
  const values = ownValue(body, member);
  if (!Array.isArray(values)) throw misunderstood();
  return values.map(entityOf);
}

export function identityService(
  session: Session,
  identity: string,
  connections: Connections,
  signal: AbortSignal,
): IdentityService {
  const call = apiCaller(session, identity, connections, signal);
  const pathOf = (kind: Kind, id: string) => `/${kind}s/${encodeURIComponent(id)}`;
  const one = async (kind: Kind, method: string, path: string, attributes: unknown) =>
    entityOf(objectOf(await call(method, path, { [kind]: attributes }))[kind]);
  const assignment = (project: string, user: string, role: string) =>
    `/projects/${encodeURIComponent(project)}/users/${encodeURIComponent(user)}/roles/${encodeURIComponent(role)}`;
  const list = async (kind: Kind, query = "") =>
    entitiesOf(objectOf(await call("GET", `/${kind}s${query}`)), `${kind}s`);

  return {
    list: (kind) => list(kind),
    find: async (kind, nameOrId) => {
      const [named] = await list(kind, `?${new URLSearchParams({ name: nameOrId })}`);
      const found = named ?? (await list(kind)).find(({ id }) => id === nameOrId);
      if (!found) throw new EntityNotFound(`there is no ${kind} ${nameOrId}`);
      return found;
    },
    create: (kind, attributes) => one(kind, "POST", `/${kind}s`, attributes),
    update: (kind, id, attributes) => one(kind, "PATCH", pathOf(kind, id), attributes),
    delete: async (kind, id) => {
      await call("DELETE", pathOf(kind, id));
    },
    addRole: async (project, user, role) => {
      await call("PUT", assignment(project, user, role));
    },
    removeRole: async (project, user, role) => {
      await call("DELETE", assignment(project, user, role));
    },
  };
}
