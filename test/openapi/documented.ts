import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import { openApiDocument } from "../../infra/openapi/document.ts";
import { readSettings } from "../../shared/settings.ts";

export interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
}
export interface Header {
  readonly required?: boolean;
  readonly schema: Schema;
}
export interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Header>>;
  readonly content?: Readonly<Record<string, Media>>;
}
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Answer>>;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly method: string;
  readonly path: string;
}

/** As a reader of the file has it: nothing in it but JSON. */
export const document = JSON.parse(JSON.stringify(openApiDocument(readSettings({})))) as {
  readonly info: unknown;
  readonly tags: readonly { readonly name: string }[];
  readonly security: Operation["security"];
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** The object that a `$ref` into the document leads to; undefined when it leads nowhere. */
export const found = (ref: string): unknown =>
  ref
    .slice("#/".length)
    .split("/")
    .reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>> | undefined)?.[key], document);

/** References on the way are followed; those inside schemas are the validator's. */
const followed = <Target>(value: unknown): Target => {
  const { $ref, ...own } = value as { readonly $ref?: string };
  return ($ref === undefined ? value : { ...(found($ref) as object), ...own }) as Target;
};

const answerOf = (value: unknown): Answer => {
  const { headers = {}, ...answer } = followed<Answer>(value);
  return {
    ...answer,
    headers: Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, followed(header)])),
  };
};

/** All operations of the document. */
export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(
  ([path, { parameters: common, ...methods }]) =>
    Object.entries(methods).map(([method, value]): Operation => {
      const operation = value as Operation & { readonly responses: Readonly<Record<string, unknown>> };
      const parameters = [...(common as unknown[]), ...((operation.parameters as unknown[]) ?? [])];
      return {
        ...operation,
        method: method.toUpperCase(),
        path,
        security: operation.security ?? document.security,
        parameters: parameters.map((parameter) => followed<Parameter>(parameter)),
        responses: Object.fromEntries(
          Object.entries(operation.responses).map(([status, answer]) => [status, answerOf(answer)]),
        ),
      };
    }),
);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Objects that name their members have no others: what the service says must be what the document says. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!isObject(schema)) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isOpen = !isObject(schema.properties) || "additionalProperties" in schema;
  const isObjectType = [schema.type].flat().includes("object");
  return isOpen || !isObjectType ? inner : { ...inner, additionalProperties: false };
}

const messages = (errors: readonly OutputUnit[]): string[] =>
  errors.slice(-3).map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);

const inDocument = (schema: unknown): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll("#/components/schemas/", "#/$defs/")) as Schema;

const $defs = inDocument(document.components.schemas);
const closedDefs = closed($defs);

/** What of a value is not as a schema of the document says. Members that it does not name are faults, but in requests. */
export function faultsOf(value: unknown, schema: Schema, isRequest = false): string[] {
  const own = inDocument(schema);
  const whole = isRequest ? { $defs, ...own } : { $defs: closedDefs, ...(closed(own) as Schema) };
  const { valid, errors } = new Validator(whole as Schema, "2020-12", false).validate(value);
  return valid ? [] : messages(errors);
}
