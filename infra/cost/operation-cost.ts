import type { Prices } from "./prices.ts";

/** What one call asks of AWS, besides the function that answers it and the gateway. */
export interface BilledWork {
  readonly what: string;
  /** Units of the table, as docs/access-patterns.md has them measured. */
  readonly reads: number;
  readonly writes: number;
  readonly objectWrites?: number;
  readonly objectReads?: number;
  /** Messages sent, received and deleted. */
  readonly queueRequests?: number;
  readonly events?: number;
  readonly signatures?: number;
  /** Calls of functions: the gateway's, and workers'. */
  readonly calls?: number;
}

/** Lambda's part of a call: 512 MB for 100 ms, which is generous to what was measured and says nothing of cold starts. */
const CALL_GB_SECONDS = 0.05;
/** A line of the function's log and one of the gateway's. */
const CALL_LOG_GB = 1.5e-6;

/** USD of a thousand of these. */
export function thousandOf(work: BilledWork, prices: Prices, gatewayCalls: number): number {
  const { reads, writes, objectWrites = 0, objectReads = 0, queueRequests = 0, events = 0 } = work;
  const { signatures = 0, calls = gatewayCalls } = work;
  const millions =
    gatewayCalls * prices.apiRequests +
    calls * prices.functionRequests +
    reads * prices.readUnits +
    writes * prices.writeUnits +
    objectWrites * prices.objectWrites +
    objectReads * prices.objectReads +
    queueRequests * prices.queueRequests +
    events * prices.events;
  const single =
    calls * (CALL_GB_SECONDS * prices.functionGbSecond + CALL_LOG_GB * prices.logsGb) +
    (signatures * prices.signatures10k) / 10_000;
  return millions / 1000 + single * 1000;
}

/** A hint to a queue, its receipt and deletion; one notification, published and taken out of the outbox. */
const toldOf = { queueRequests: 3, events: 1 };

/** Rows of docs/access-patterns.md about images by their name: that page is held to what was measured. */
export function measuredUnits(page: string): ReadonlyMap<string, { reads: number; writes: number }> {
  // Metadata definitions have a table of their own further down, with rows of the same names.
  const [images = ""] = page.split("\nOf metadata definitions, ");
  const rows = [...images.matchAll(/^\| ([a-z][^|]*?) \| (\d+) \| ([\d,]+) \|$/gm)];
  return new Map(
    rows.map(([, name = "", reads, writes = ""]) => [
      name,
      { reads: Number(reads), writes: Number(writes.replaceAll(",", "")) },
    ]),
  );
}

/** What clients ask for, as the table of docs/cost.md has it. Throws where docs/access-patterns.md lacks a row. */
export function operationsOf(page: string): readonly BilledWork[] {
  const units = measuredUnits(page);
  const row = (name: string) => {
    const found = units.get(name);
    if (!found) throw new Error(`docs/access-patterns.md has no row "${name}"`);
    return found;
  };
  return [
    { what: "create an image", ...row("create"), ...toldOf },
    { what: "show an image", ...row("show") },
    { what: "list 25 images", ...row("list 25") },
    { what: "find an image by its name", ...row("look up a name") },
    { what: "change a property", ...row("change a property"), ...toldOf },
    { what: "delete an image with data", ...row("delete"), ...toldOf, queueRequests: 6, calls: 2 },
    {
      what: "hand out a download; its bytes are below",
      ...row("hand out a download"),
      ...toldOf,
      objectReads: 1,
    },
    { what: "sign up to 1,000 parts", ...row("sign parts of a transfer, up to 1,000") },
    { what: "log in (own identity)", reads: 6, writes: 0, signatures: 1 },
  ];
}
