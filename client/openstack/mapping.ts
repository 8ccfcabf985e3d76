import { isJsonObject } from "../../shared/json-object.ts";

export type Mapping = { readonly [name: string]: unknown };

/** Whether a value of a YAML document has named members: the same as an object of JSON. */
export const isMapping: (value: unknown) => value is Mapping = isJsonObject;
