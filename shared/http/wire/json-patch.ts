import { BadRequest, UnsupportedMediaType } from "../../errors.ts";
import type { PatchOperation } from "../../operations/update-image.ts";

export const ACCEPT_PATCH =
  "application/openstack-images-v2.0-json-patch, application/openstack-images-v2.1-json-patch";

const ops = ["add", "remove", "replace"] as const;
type Op = (typeof ops)[number];

/** `/a~1b` as `a/b`; only one segment names anything in this resource (images sheet 4). */
function attributeOf(path: unknown): string {
  if (typeof path !== "string") throw new BadRequest("Unable to find a path in a JSON Patch change.");
  if (!path.startsWith("/")) throw new BadRequest(`Pointer \`${path}\` does not start with "/".`);
  if (path.includes("//")) throw new BadRequest(`Pointer \`${path}\` contains adjacent "/".`);
  if (path.length > 1 && path.endsWith("/")) throw new BadRequest(`Pointer \`${path}\` ends with "/".`);
  if (/~(?![01])/.test(path))
    throw new BadRequest(`Pointer \`${path}\` contains "~" not part of a recognized escape sequence.`);
  const segments = path.slice(1).split("/");
  if (segments[0] === "locations") return locationsOf(path, segments);
  if (segments.length !== 1) throw new BadRequest(`Invalid JSON pointer for this resource: \`${path}\``);
  return (segments[0] ?? "").replaceAll("~1", "/").replaceAll("~0", "~").trim();
}

function locationsOf(path: string, segments: readonly string[]): string {
  if (segments.length > 2) throw new BadRequest(`Invalid JSON pointer for this resource: \`${path}\``);
  return "locations";
}

function operation(op: Op, path: unknown, change: Record<string, unknown>): PatchOperation {
  const name = attributeOf(path);
  if (op === "remove") return { op, name };
  if (!Object.hasOwn(change, "value"))
    throw new BadRequest(`Operation "${op}" requires a member named "value".`);
  return { op, name, value: change.value };
}

const isOp = (word: unknown): word is Op => ops.some((op) => op === word);

function changeV21(change: Record<string, unknown>): PatchOperation {
  if (!isOp(change.op)) throw new BadRequest('Operations must be one of "add", "remove" and "replace".');
  return operation(change.op, change.path, change);
}

/** Draft 4: the operation's name is the member that holds the path. */
function changeV20(change: Record<string, unknown>): PatchOperation {
  const named = ops.filter((op) => Object.hasOwn(change, op));
  const [op] = named;
  if (op === undefined || named.length > 1) {
    throw new BadRequest('A JSON Patch change must have exactly one of "add", "remove" and "replace".');
  }
  // The old form's add of what is there already is a conflict; everywhere else it replaces.
  return { ...operation(op, change[op], change), strictAdd: true };
}

const parsers: Readonly<Record<string, (change: Record<string, unknown>) => PatchOperation>> = {
  "application/openstack-images-v2.1-json-patch": changeV21,
  "application/openstack-images-v2.0-json-patch": changeV20,
};

export type PatchParser = (body: unknown) => readonly PatchOperation[];

/** The parser for a Content-Type, parameters ignored. Throws UnsupportedMediaType with Accept-Patch. */
export function patchParser(contentType: string | undefined): PatchParser {
  const parse = parsers[(contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? ""];
  if (!parse) {
    throw new UnsupportedMediaType(`A PATCH needs one of these media types: ${ACCEPT_PATCH}.`, {
      "Accept-Patch": ACCEPT_PATCH,
    });
  }
  return (body) => {
    if (!Array.isArray(body)) throw new BadRequest("Request body must be a JSON array of operation objects.");
    return body.map((change: unknown) => {
      if (typeof change !== "object" || change === null || Array.isArray(change)) {
        throw new BadRequest("Operations must be JSON objects.");
      }
      return parse(change as Record<string, unknown>);
    });
  };
}
