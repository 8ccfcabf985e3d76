import { createHash } from "node:crypto";
import type { Person } from "./person.ts";

export interface Downloaded {
  readonly status: number;
  readonly size: number;
  readonly sha512: string;
}

/** Reads all bytes of an image, whichever way it is sent; undefined when the line broke on the way. */
export async function download(
  person: Person,
  base: string,
  id: string,
  query = "",
): Promise<Downloaded | undefined> {
  const hash = createHash("sha512");
  let size = 0;
  try {
    const response = await fetch(`${base}/v2/images/${id}/file${query}`, {
      headers: { "X-Auth-Token": await person.token() },
      signal: AbortSignal.timeout(120_000),
    });
    for await (const chunk of response.body ?? []) {
      hash.update(chunk);
      size += chunk.length;
    }
    if (response.status === 401) person.forget();
    return { status: response.status, size, sha512: hash.digest("hex") };
  } catch {
    return undefined;
  }
}
