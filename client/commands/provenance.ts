import { readEnvelope } from "../provenance/stored-image.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

/** `imagectl image provenance ID|NAME`: the envelope as it came, to be kept in a file. */
export async function showProvenance(context: Context, idOrName: string): Promise<Result> {
  const images = await context.service();
  const { id } = await images.find(idOrName);
  const text = await images.provenance.envelope(id);
  return { json: readEnvelope(text, `the statement about ${id}`), text };
}
