import type { JsonObject } from "../../json-object.ts";
import { type DomainReference, domainIdOf } from "../domain/domain.ts";
import type { Project, ProjectChanges } from "../domain/project.ts";
import { invalid } from "../domain/refusals.ts";
import { optionalFlagIn, optionalTextIn, textIn, wrapped } from "./json-fields.ts";

/** Longest description that is kept. */
export const MAX_DESCRIPTION_BYTES = 1024;

/** The domain that a new user or project names by id; the default one when it names none. */
export function domainOf(members: JsonObject): string {
  const id = optionalTextIn(members, "domain_id");
  const reference: DomainReference = { id: id ?? "default" };
  const domainId = domainIdOf(reference);
  if (domainId === undefined) throw invalid("domain_id", "there is no such domain.");
  return domainId;
}

/** The fields that are there, none of them undefined: an absent one must not overwrite. */
export const present = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };

const common = (members: JsonObject) => ({
  enabled: optionalFlagIn(members, "enabled"),
  description: optionalTextIn(members, "description", MAX_DESCRIPTION_BYTES),
});

/** The body of `POST /v3/projects`, without an id. Hierarchies and projects that are domains are not offered. */
export function parseNewProject(body: unknown): Omit<Project, "id"> {
  const members = wrapped(body, "project");
  if (optionalFlagIn(members, "is_domain")) throw invalid("is_domain", "projects cannot be domains here.");
  const parent = optionalTextIn(members, "parent_id");
  if (parent !== undefined && domainIdOf({ id: parent }) === undefined) {
    throw invalid("parent_id", "projects have no parents here but their domain.");
  }
  return {
    name: textIn(members, "name", "project"),
    domainId: domainOf(members),
    enabled: true,
    ...present(common(members)),
  };
}

/** The body of `PATCH /v3/projects/{project_id}`. */
export function parseProjectChanges(body: unknown): ProjectChanges {
  const members = wrapped(body, "project");
  const name = "name" in members ? textIn(members, "name", "project") : undefined;
  return present({ name, ...common(members) });
}
