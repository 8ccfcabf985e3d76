import { DataMismatch } from "../command-line/failures.ts";
import { table } from "../terminal/table.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

const headings = ["property", "value", "what is wrong", "namespace", "title", "description"];

/** `imagectl metadefs check IMAGE`: an image's properties against the definitions that the caller sees. */
export async function checkImageMetadefs(context: Context, idOrName: string): Promise<Result> {
  const images = await context.service();
  const { id } = await images.find(idOrName);
  const { namespaces, contradictions } = await images.checkMetadefs(id);
  const rows = contradictions.map(({ property, value, message, namespace, title, description }) => [
    ...[property, value, message, namespace, title, description],
  ]);
  const compared = `${namespaces.length} namespaces`;
  const some = `${contradictions.length} contradictions to ${compared}`;
  return {
    json: { image_id: id, namespaces, contradictions },
    text: rows.length === 0 ? `image ${id} contradicts none of ${compared}` : table(headings, rows),
    ...(rows.length > 0 && { failure: new DataMismatch(`image ${id}: ${some}`) }),
  };
}
