import type { Hashes } from "../clients/content.ts";
import type { ImageState } from "./image-state.ts";

export interface Shown {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const beingBrought = new Set(["queued", "saving", "uploading", "importing"]);

/** Why what an owner sees of an image contradicts this state; undefined: it does not. */
export function contradiction(
  state: ImageState,
  { status, body }: Shown,
  hashesOf: (content: string) => Hashes,
): string | undefined {
  if (status === 404) return state.life === "live" ? "it is not there" : undefined;
  if (state.life !== "live") return `it is there, ${body.status}`;
  for (const [name, wanted] of Object.entries(state.meta)) {
    const seen = name === "tags" ? (body.tags as string[]).join(",") : String(body[name]);
    if (seen !== wanted) return `${name} is ${seen}, not ${wanted}`;
  }
  const seen = String(body.status);
  if (state.content === null) {
    if (!beingBrought.has(seen)) return `it is ${seen} without anybody's data`;
    return undefined;
  }
  if (seen !== (state.isDeactivated ? "deactivated" : "active"))
    return `it is ${seen}, not ${state.isDeactivated ? "deactivated" : "active"}`;
  const { size, md5, sha512 } = hashesOf(state.content);
  if (body.size !== size) return `its size is ${body.size}, not ${size}`;
  if (state.isUnread && body.os_hash_value === null && body.checksum === null) return undefined;
  if (body.os_hash_value !== sha512 || body.checksum !== md5) return "its hashes are those of other bytes";
  return undefined;
}
