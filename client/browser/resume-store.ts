import type { TransferKey } from "../protocol/transfer-calls.ts";

/**
 * Where open transfers are remembered, so that an upload goes on after a reload. A record holds the transfer token: the
 * right to this one upload, for as long as the transfer lives. Methods may reject; the upload then goes on unremembered.
 */
export interface ResumeStore {
  find(key: string): Promise<TransferKey | undefined>;
  save(key: string, transfer: TransferKey): Promise<void>;
  remove(key: string): Promise<void>;
}

/** The upload that a file would go on with: the same image at the same service, the same file as far as one can tell. */
export function resumeKey(endpoint: string, imageId: string, file: Blob): string {
  const { name, lastModified } = file instanceof File ? file : { name: "", lastModified: 0 };
  return JSON.stringify([endpoint, imageId, name, file.size, lastModified]);
}

const PREFIX = "image-upload:";
/** No transfer lives longer, whatever the service's settings: S3 drops its parts then. */
const LIFE_MS = 8 * 86_400_000;

function read(name: string): TransferKey | undefined {
  try {
    const { id, token, savedAt } = JSON.parse(localStorage.getItem(name) ?? "{}") as Record<string, unknown>;
    const isYoung = typeof savedAt === "number" && savedAt > Date.now() - LIFE_MS;
    return isYoung && typeof id === "string" && typeof token === "string" ? { id, token } : undefined;
  } catch {
    // Written by somebody else: as good as none.
    return undefined;
  }
}

/**
 * In the origin's localStorage: every script of this origin can read it, no other page. Browsers may forbid even the
 * look at it, so nothing is touched before a method is called.
 */
export const localResumeStore = (): ResumeStore => ({
  find: async (key) => read(PREFIX + key),
  save: async (key, { id, token }) => {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
    for (const name of names) if (!read(name)) localStorage.removeItem(name);
    localStorage.setItem(PREFIX + key, JSON.stringify({ id, token, savedAt: Date.now() }));
  },
  remove: async (key) => localStorage.removeItem(PREFIX + key),
});
