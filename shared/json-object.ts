/** A JSON object of unknown members: each is looked at before it is used. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether parsed JSON is an object: no list, no null, no single value. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
