import { BadRequest, Forbidden, UnsupportedMediaType } from "../../errors.ts";
import type { PatchOperation } from "../domain/patch-operation.ts";
import { refuseUnwritable } from "../operations/update-image.ts";
import type { AttributeCheck } from "./attribute-schema.ts";

export const ACCEPT_PATCH =
  "application/openstack-images-v2.0-json-patch, application/openstack-images-v2.1-json-patch";

const ops = ["add", "remove", "replace"] as const;
type Op = (typeof ops)[number];

/**
 * `/a~1b` as `a/b`; what RFC 6902 leaves open is refused as Glance refuses it (docs/reference/image-api.md, "Changes by
 * PATCH").
 */
function segmentsOf(path: unknown): string[] {
  if (typeof path !== "string") throw new BadRequest("Unable to find a path in a JSON Patch change.");
  if (!path.startsWith("/")) throw new BadRequest(`Pointer \`${path}\` does not start with "/".`);
  if (/\/\s*\//.test(path)) throw new BadRequest(`Pointer \`${path}\` contains adjacent "/".`);
  if (path.length > 1 && path.endsWith("/")) throw new BadRequest(`Pointer \`${path}\` ends with "/".`);
  if (/~(?![01])/.test(path))
    throw new BadRequest(`Pointer \`${path}\` contains "~" not part of a recognized escape sequence.`);
  return path
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~").trim());
}

/** Attributes have one segment; of locations, single ones are added and removed, and all are replaced. */
function attributeOf(op: Op, path: unknown): Pick<PatchOperation, "name" | "position"> {
  const [name = "", ...rest] = segmentsOf(path);
  const below = name === "locations" && op !== "replace" ? 1 : 0;
  if (rest.length !== below) throw new BadRequest(`Invalid JSON pointer for this resource: \`${path}\``);
  const [position] = rest;
  return { name, ...(position !== undefined && { position }) };
}

/** One operation, its refusals in Glance's order: pointer, value there, writable at all, value right. */
function operation(
  op: Op,
  path: unknown,
  change: Record<string, unknown>,
  check: AttributeCheck,
): PatchOperation {
  const place = attributeOf(op, path);
  const { name } = place;
  if (op !== "remove" && !Object.hasOwn(change, "value"))
    throw new BadRequest(`Operation "${op}" requires a member named "value".`);
  refuseUnwritable(name);
  if (op === "remove") return { op, ...place };
  check(name, name === "locations" && op === "add" ? [change.value] : change.value);
  if (name === "locations" && op === "replace" && (change.value as unknown[]).length === 0)
    throw new Forbidden("Cannot set locations to empty list.");
  return { op, ...place, value: change.value };
}

type ChangeParser = (change: Record<string, unknown>, check: AttributeCheck) => PatchOperation;

const isOp = (word: unknown): word is Op => ops.some((op) => op === word);

const changeV21: ChangeParser = (change, check) => {
  if (!isOp(change.op)) throw new BadRequest('Operations must be one of "add", "remove" and "replace".');
  return operation(change.op, change.path, change, check);
};

/** Draft 4: the operation's name is the member that holds the path. */
const changeV20: ChangeParser = (change, check) => {
  const named = ops.filter((op) => Object.hasOwn(change, op));
  const [op] = named;
  if (op === undefined || named.length > 1) {
    throw new BadRequest('A JSON Patch change must have exactly one of "add", "remove" and "replace".');
  }
  // The old form's add of what is there already is a conflict; everywhere else it replaces.
  return { ...operation(op, change[op], change, check), strictAdd: true };
};

const parsers: ReadonlyMap<string, ChangeParser> = new Map([
  ["application/openstack-images-v2.1-json-patch", changeV21],
  ["application/openstack-images-v2.0-json-patch", changeV20],
]);

export type PatchParser = (body: unknown, check: AttributeCheck) => readonly PatchOperation[];

/**
 * The parser for a Content-Type, parameters ignored. Throws UnsupportedMediaType with Accept-Patch. It parses the whole
 * body or throws; nothing in it depends on the image.
 */
export function patchParser(contentType: string | undefined): PatchParser {
  const parse = parsers.get((contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "");
  if (!parse) {
    throw new UnsupportedMediaType(`A PATCH needs one of these media types: ${ACCEPT_PATCH}.`, {
      "Accept-Patch": ACCEPT_PATCH,
    });
  }
  return (body, check) => {
    if (!Array.isArray(body)) throw new BadRequest("Request body must be a JSON array of operation objects.");
    return body.map((change: unknown) => {
      if (typeof change !== "object" || change === null || Array.isArray(change)) {
        throw new BadRequest("Operations must be JSON objects.");
      }
      return parse(change as Record<string, unknown>, check);
    });
  };
}
