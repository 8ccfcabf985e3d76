import { BlobStoreFailed, StoreFull } from "../../ports/blob-store.ts";

const full = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const denied = new Set(["EACCES", "EPERM", "EROFS"]);
const withoutLinks = new Set(["ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** The system's code of an error, such as ENOENT; empty for all others. */
export const systemCode = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

/** Whether the system lets nobody, or not this process, write there. */
export const isDenied = (error: unknown): boolean => denied.has(systemCode(error));

function sentence(code: string, what: string): string {
  if (denied.has(code))
    return `The image store may not ${what}: its folder needs other permissions, or a mount that can be written.`;
  if (code === "ENOENT") return "The folder of the image store is not there: it is not made, or not mounted.";
  if (withoutLinks.has(code))
    return "The file system of the image store has no hard links, without which images could be overwritten.";
  return `The image store cannot ${what} (${code || "no code"}); try again later.`;
}

/** What the system refuses is an error of the store, with the cause. What is none of the system's comes through. */
export async function translateSystemErrors<Result>(
  what: string,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    const code = systemCode(error);
    if (code === "") throw error;
    if (full.has(code))
      throw new StoreFull("The image store is full. Delete images from it, or choose another store.", {
        cause: error,
      });
    throw new BlobStoreFailed(sentence(code, what), { cause: error });
  }
}
