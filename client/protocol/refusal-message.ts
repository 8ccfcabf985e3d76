import { isJsonObject } from "../../shared/json-object.ts";

/** The text of an error body in JSON, as Glance, Keystone or the gateway wrote it; undefined where there is none. */
export function refusalMessage(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    // Keystone's and the gateway's own answers have one more level.
    const inner = isJsonObject(body) && isJsonObject(body.error) ? body.error : body;
    const message = isJsonObject(inner) ? inner.message : undefined;
    return typeof message === "string" ? message : undefined;
  } catch {
    // No JSON: the body has another form.
    return undefined;
  }
}
