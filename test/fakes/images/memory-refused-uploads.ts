import type { RefusedUploads } from "../../../shared/images/ports/refused-uploads.ts";

export function memoryRefusedUploads(): RefusedUploads {
  const noted = new Map<string, string>();
  return {
    note: async (imageId, until) => void noted.set(imageId, until),
    rememberedUntil: async (imageId) => noted.get(imageId),
  };
}
