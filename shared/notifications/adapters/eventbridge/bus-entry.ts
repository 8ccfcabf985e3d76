import type { Envelope } from "../../domain/envelope.ts";
import { truncateToFit } from "../../domain/truncate-to-fit.ts";

/** An entry of PutEvents. */
export interface BusEntry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  /** Seconds since 1970. */
  readonly Time: number;
}

/** The entries of a request must have less than 256 KB in all (EventBridge user guide, PutEvents entry size). */
const MOST_BYTES = 256 * 1024 - 1;
const TIME_BYTES = 14;

/** The size of an entry as EventBridge counts it. */
const bytesOf = ({ Source, DetailType, Detail }: BusEntry): number =>
  TIME_BYTES + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);

/** A notification as an event; one that is too large is cut as `truncateToFit` says. */
export function busEntry(EventBusName: string, envelope: Envelope): BusEntry {
  const { publisher_id: Source, event_type: DetailType, timestamp } = envelope;
  const around = TIME_BYTES + Buffer.byteLength(Source) + Buffer.byteLength(DetailType);
  return {
    EventBusName,
    Source,
    DetailType,
    Detail: JSON.stringify(truncateToFit(envelope, MOST_BYTES - around)),
    Time: Math.floor(Date.parse(`${timestamp.slice(0, 23).replace(" ", "T")}Z`) / 1000),
  };
}

/** How many of the entries, from the first on, one request takes. */
export function requestLength(entries: readonly BusEntry[]): number {
  let bytes = 0;
  const over = entries.findIndex((entry) => {
    bytes += bytesOf(entry);
    return bytes > MOST_BYTES;
  });
  return over === -1 ? entries.length : Math.max(1, over);
}
