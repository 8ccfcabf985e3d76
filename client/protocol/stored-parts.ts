import type { ListedPart, TransferView } from "./transfer-answers.ts";

/** How a transfer stands, and all parts of it that the store has, by number; `view` looks at those above a marker. */
export async function storedParts(
  view: (marker: number) => Promise<TransferView>,
): Promise<{ readonly view: TransferView; readonly stored: ReadonlyMap<number, ListedPart> }> {
  const stored = new Map<number, ListedPart>();
  for (let marker = 0; ; ) {
    const seen = await view(marker);
    for (const part of seen.parts) stored.set(part.number, part);
    // A marker that does not grow would never end.
    if (seen.nextMarker === undefined || seen.nextMarker <= marker) return { view: seen, stored };
    marker = seen.nextMarker;
  }
}
