import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { text as textOf } from "node:stream/consumers";
import { UsageError } from "../command-line/failures.ts";
import type { Entity, Kind } from "../openstack/identity-service.ts";
import { fields, table } from "../terminal/table.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

const GENERATED_BYTES = 18;

/** A password out of a file or standard input, never out of the command line, where others can read it. */
async function passwordFrom(file: string): Promise<string> {
  const content = file === "-" ? await textOf(process.stdin) : await readFile(file, "utf8");
  const password = content.replace(/\r?\n$/, "");
  if (password === "") throw new UsageError(`${file} holds no password`);
  return password;
}

const shown = (entity: Entity): Result => ({ json: entity, text: fields(entity) });

/** `imagectl identity user|project list`. */
export const listEntities =
  (kind: Kind) =>
  async (context: Context): Promise<Result> => {
    const entities = await (await context.identity()).list(kind);
    const rows = entities.map(({ id, name, enabled }) => [id, name, enabled === false ? "disabled" : ""]);
    return { json: entities, text: table(["id", "name", ""], rows) };
  };

/** `imagectl identity project create NAME`. */
export async function createProject(context: Context, name: string): Promise<Result> {
  return shown(await (await context.identity()).create("project", { name, domain_id: "default" }));
}

export interface PasswordOptions {
  readonly passwordFile?: string;
}

/** `imagectl identity user create NAME`: without a password of its own it gets one that is shown this once. */
export async function createUser(context: Context, name: string, options: PasswordOptions): Promise<Result> {
  const given = options.passwordFile === undefined ? undefined : await passwordFrom(options.passwordFile);
  const password = given ?? randomBytes(GENERATED_BYTES).toString("base64url");
  const user = await (await context.identity()).create("user", { name, domain_id: "default", password });
  return shown(given === undefined ? { ...user, password } : user);
}

export interface UserChanges extends PasswordOptions {
  readonly enable?: boolean;
  readonly disable?: boolean;
}

/** `imagectl identity user set USER`. */
export async function setUser(context: Context, user: string, options: UserChanges): Promise<Result> {
  if (options.enable && options.disable) throw new UsageError("--enable and --disable exclude each other");
  const changes = {
    ...(options.enable ? { enabled: true } : {}),
    ...(options.disable ? { enabled: false } : {}),
    ...(options.passwordFile === undefined ? {} : { password: await passwordFrom(options.passwordFile) }),
  };
  if (Object.keys(changes).length === 0) throw new UsageError("nothing to set: see imagectl identity --help");
  const identity = await context.identity();
  return shown(await identity.update("user", (await identity.find("user", user)).id, changes));
}

/** `imagectl identity user|project delete NAME`. */
export const deleteEntity =
  (kind: Kind) =>
  async (context: Context, nameOrId: string): Promise<Result> => {
    const identity = await context.identity();
    const { id, name } = await identity.find(kind, nameOrId);
    await identity.delete(kind, id);
    return { json: { deleted: id }, text: `${kind} ${name} is deleted` };
  };

export interface AssignmentOptions {
  readonly user: string;
  readonly project: string;
}

/** `imagectl identity role add|remove ROLE --user U --project P`. */
export const changeRole =
  (change: "addRole" | "removeRole") =>
  async (context: Context, roleName: string, options: AssignmentOptions): Promise<Result> => {
    const identity = await context.identity();
    const [role, user, project] = await Promise.all([
      identity.find("role", roleName),
      identity.find("user", options.user),
      identity.find("project", options.project),
    ]);
    await identity[change](project.id, user.id, role.id);
    const has = change === "addRole" ? "has" : "has not any more";
    return {
      json: { role: role.name, user: user.id, project: project.id, assigned: change === "addRole" },
      text: `user ${user.name} ${has} the role ${role.name} in project ${project.name}`,
    };
  };
