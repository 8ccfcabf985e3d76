import fc from "fast-check";

/** An image as PATCH knows it: attributes and custom properties side by side. */
export type Document = ReadonlyMap<string, unknown>;

export interface DrawnChange {
  readonly op: "add" | "remove" | "replace";
  readonly name: string;
  /** Absent: the change has no `value`. */
  readonly value?: unknown;
}
export type Form = "v2.0" | "v2.1";

/** What may be written of an image that has no data, and which values are right. */
const attributes: Readonly<Record<string, (value: unknown) => boolean>> = {
  name: (value) => value === null || (typeof value === "string" && [...value].length <= 255),
  min_ram: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31,
  protected: (value) => typeof value === "boolean",
  tags: (value) => Array.isArray(value) && value.every((tag) => typeof tag === "string" && tag.length <= 255),
  disk_format: (value) => value === null || value === "raw" || value === "qcow2",
};
export const attributeNames = Object.keys(attributes);
const unwritable = ["id", "status", "checksum", "size", "created_at", "os_glance_failed_import"];
const custom = ["plain", "with/slash", "with~tilde", "ümlaut", "~1"];

const isRight = (name: string, value: unknown): boolean =>
  (attributes[name] ?? ((text) => typeof text === "string"))(value);

/** False once in `n` times. */
const usually = (n: number) => fc.integer({ min: 1, max: n }).map((drawn) => drawn > 1);

/** Sooner or later a right one of every kind. */
const value = fc.oneof(
  fc.constantFrom<unknown>(
    "",
    "text",
    "raw",
    "qcow2",
    "x".repeat(256),
    null,
    true,
    false,
    0,
    7,
    -1,
    1.5,
    2 ** 31,
  ),
  fc.uniqueArray(fc.constantFrom("one", "two", "3")),
  fc.constant({}),
);

export const drawnChange: fc.Arbitrary<DrawnChange> = fc
  .record({
    op: fc.constantFrom("add", "add", "replace", "replace", "remove" as const),
    name: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(...custom) },
      { weight: 12, arbitrary: fc.constantFrom(...attributeNames) },
      { weight: 1, arbitrary: fc.constantFrom(...unwritable) },
    ),
    drawn: value,
    isRight: usually(20),
    hasValue: usually(40),
    isSensible: usually(8),
  })
  .map(({ op: drawnOp, name, drawn, isRight: wanted, hasValue, isSensible }) => {
    const op = isSensible && drawnOp === "remove" && name in attributes ? "replace" : drawnOp;
    const right = { name: "other", min_ram: 64, protected: false, tags: ["t"], disk_format: "raw" }[name];
    const chosen = wanted && !isRight(name, drawn) ? (right ?? "right") : drawn;
    return { op, name, ...(hasValue && { value: chosen }) };
  });

const pointer = (name: string): string => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** The change as the media type of its form writes it. */
export function written(form: Form, { op, name, ...rest }: DrawnChange): Record<string, unknown> {
  return form === "v2.1" ? { op, path: pointer(name), ...rest } : { [op]: pointer(name), ...rest };
}

/**
 * 403 and 400 that do not depend on the image, of the first change that has any (docs/reference/image-api.md, "Changes
 * by PATCH").
 */
function refusal(changes: readonly DrawnChange[]): number | undefined {
  for (const change of changes) {
    const { op, name } = change;
    if (op !== "remove" && !("value" in change)) return 400;
    if (unwritable.includes(name)) return 403;
    if (op !== "remove" && !isRight(name, change.value)) return 400;
  }
  return undefined;
}

/** What becomes of a document: all changes in their order, or a status and nothing. */
export function patched(document: Document, form: Form, changes: readonly DrawnChange[]): Document | number {
  const refused = refusal(changes);
  if (refused !== undefined) return refused;
  const after = new Map(document);
  for (const { op, name, value: given } of changes) {
    const isAttribute = name in attributes;
    if (op === "remove" && isAttribute) return 403;
    if (op !== "add" && !after.has(name)) return 409;
    if (op === "add" && form === "v2.0" && after.has(name)) return 409;
    if (op === "remove") after.delete(name);
    else after.set(name, given);
  }
  return after;
}
