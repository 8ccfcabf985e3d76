import { createHash } from "node:crypto";

/** A stable id of 32 hex digits, Keystone's form: the same kind and name always have the same id. */
export const identityId = (
  kind: "user" | "project" | "role" | "service" | "endpoint",
  name: string,
): string => createHash("sha256").update(`${kind}\0${name}`).digest("hex").slice(0, 32);
