/** One change of an image, as a PATCH asks for it. */
export interface PatchOperation {
  readonly op: "add" | "remove" | "replace";
  readonly name: string;
  readonly value?: unknown;
  /** Of one place among `locations`: its index as they are shown, or `-` for the end. */
  readonly position?: string;
  /** An add of something that exists is refused. */
  readonly strictAdd?: boolean;
}
