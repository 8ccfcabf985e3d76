import type { Settings } from "../../shared/settings.ts";
import type { TagName } from "./tags.ts";

/** JSON Schema 2020-12, which is what OpenAPI 3.1 takes. */
export type Schema = Readonly<Record<string, unknown>>;

interface Reference {
  readonly $ref: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly description: string;
  readonly required?: boolean;
  readonly style?: "form";
  readonly explode?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

interface Media {
  readonly schema: Schema | Reference;
  readonly example?: unknown;
}

/** By media type. */
export type Content = Readonly<Record<string, Media>>;

/** An answer that is no error. `x-openstack-request-id` is on every answer and is not said again. */
export interface AnswerDescription {
  readonly description: string;
  /** Headers that are always there. */
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: Schema }>>;
  readonly content?: Content;
}

/** Statuses of refusals that depend on the operation; those that any may have are in errors.ts. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 408 | 409 | 410 | 413 | 415 | 429 | 503;

/** What the document says of an operation beyond its routes. */
export interface Description {
  readonly tag: TagName;
  /** More than the summary, in CommonMark. */
  readonly details?: string;
  /** Query and header parameters; those of the path are taken from the route. */
  readonly parameters?: readonly Parameter[];
  readonly body?: { readonly required: boolean; readonly description?: string; readonly content: Content };
  readonly answers: Readonly<Record<number, AnswerDescription>>;
  /** What a HEAD is answered where that is something else than the GET's answers without their bodies. */
  readonly head?: Readonly<Record<number, AnswerDescription>>;
  /** When each is answered. */
  readonly errors?: Readonly<Partial<Record<ErrorStatus, string>>>;
  /** Instead of what the route's access says. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

/** A parameter of paths. */
export type PathParameter = Pick<Parameter, "description" | "schema">;

export const idParameter = (description: string): PathParameter => ({
  description,
  schema: { type: "string", minLength: 1, maxLength: 255 },
});

/** What a module says, by the names of its operations, of the parameters of its paths, and of the schemas. */
export interface ModuleDescription {
  readonly operations: Readonly<Record<string, Description>>;
  readonly parameters: Readonly<Record<string, PathParameter>>;
  readonly schemas: (settings: Settings) => Readonly<Record<string, Schema>>;
}

export const schemaRef = (name: string): Reference => ({ $ref: `#/components/schemas/${name}` });

/** A JSON body. */
export const json = (schema: Schema | Reference, example?: unknown): Content => ({
  "application/json": { schema, ...(example !== undefined && { example }) },
});

export const emptyAnswer: Readonly<Record<204, AnswerDescription>> = { 204: { description: "Done" } };

/** An object of which all members are always there, but for the optional ones. */
export const objectOf = (
  properties: Readonly<Record<string, Schema | Reference>>,
  optional: Readonly<Record<string, Schema | Reference>> = {},
): Schema => ({
  type: "object",
  properties: { ...properties, ...optional },
  required: Object.keys(properties),
});

export const text: Schema = { type: "string" };
export const booleanSchema: Schema = { type: "boolean" };
export const time: Schema = { type: "string", format: "date-time" };
export const described = (schema: Schema, description: string): Schema => ({ ...schema, description });
export const orNull = (schema: Schema): Schema => ({ ...schema, type: [schema.type, "null"] });
export const listOf = (items: Schema | Reference): Schema => ({ type: "array", items });
/** An object with this one member, as Keystone wraps them: `{"user": {…}}`. */
export const only = (name: string, schema: Schema | Reference): Schema => objectOf({ [name]: schema });
