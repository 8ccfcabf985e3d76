import type { EventBusDefinition } from "../../template/event-buses.ts";
import { pseudoParameters } from "../../template/pseudo-parameters.ts";
import { AwsFailure } from "../aws-failure.ts";

/** A checked entry of PutEvents. */
export interface EventEntry {
  readonly bus: EventBusDefinition;
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  /** Milliseconds since the epoch; absent: now. */
  readonly time?: number;
}

/** Why an entry alone is refused (EventBridge API reference, PutEventsResultEntry). */
export interface Refusal {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

const mostEntries = 10;
/** EventBridge user guide, "PutEvents entry size": the total must be less than 256 KB. */
const limitBytes = 256 * 1024;
const known = new Set(["EventBusName", "Source", "DetailType", "Detail", "Time"]);

const invalid = (message: string): AwsFailure => new AwsFailure("ValidationException", message);

type Given = Readonly<Record<string, unknown>>;

/** The entries as they were given; throws for a request that is wrong as a whole. */
export function givenEntries({ Entries, ...others }: Given): readonly Given[] {
  const unsupported = Object.keys(others)[0];
  if (unsupported) throw invalid(`the local EventBridge has no ${unsupported} in PutEvents`);
  if (!Array.isArray(Entries) || Entries.length < 1 || Entries.length > mostEntries) {
    throw invalid(`Value at 'entries' failed to satisfy constraint: 1 to ${mostEntries} members`);
  }
  const entries = Entries as readonly Given[];
  const strange = entries.flatMap((entry) => Object.keys(entry)).find((name) => !known.has(name));
  if (strange) throw invalid(`the local EventBridge has no ${strange} in an entry of PutEvents`);
  const size = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
  if (size >= limitBytes) throw invalid("Total size of the entries in the request is over the limit.");
  return entries;
}

const bytesOf = ({ Time, Source, DetailType, Detail }: Given): number =>
  [Source, DetailType, Detail].reduce<number>(
    (sum, text) => sum + Buffer.byteLength(String(text ?? "")),
    Time === undefined ? 0 : 14,
  );

/** The bus that an entry names, by name or ARN. The default bus of an account is not here. */
export function busOf({ EventBusName }: Given, buses: readonly EventBusDefinition[]): EventBusDefinition {
  const bus = buses.find(({ name, arn }) => EventBusName === name || EventBusName === arn);
  if (!bus)
    throw new AwsFailure(
      "ResourceNotFoundException",
      `Event bus ${EventBusName ?? "default"} does not exist.`,
    );
  return bus;
}

/** An entry that may go out, or why it may not: one bad entry does not keep the others back. */
export function checkEntry(given: Given, bus: EventBusDefinition): EventEntry | Refusal {
  const { Source, DetailType, Detail, Time } = given;
  const refuse = (ErrorCode: string, ErrorMessage: string): Refusal => ({ ErrorCode, ErrorMessage });
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (typeof value !== "string" || value === "")
      return refuse(
        "InvalidArgument",
        `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      );
  }
  if (String(Source).toLowerCase().startsWith("aws."))
    return refuse("NotAuthorizedForSource", "Not authorized for the source.");
  if (Time !== undefined && typeof Time !== "number")
    return refuse("InvalidArgument", "Parameter Time is not valid.");
  const detail = parsed(String(Detail));
  if (detail === undefined) return refuse("MalformedDetail", "Detail is malformed.");
  return {
    bus,
    source: String(Source),
    detailType: String(DetailType),
    detail,
    ...(Time === undefined ? {} : { time: Number(Time) * 1000 }),
  };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The event as a rule's target gets it (EventBridge user guide, "Event structure"). */
export const eventOf = ({ source, detailType, detail, time }: EventEntry, id: string, now: number): string =>
  JSON.stringify({
    version: "0",
    id,
    "detail-type": detailType,
    source,
    account: pseudoParameters.accountId,
    time: `${new Date(time ?? now).toISOString().slice(0, 19)}Z`,
    region: pseudoParameters.region,
    resources: [],
    detail,
  });
