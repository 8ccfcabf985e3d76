import type { Advice } from "../../advice.ts";
import { createFaults, type FaultPlan } from "../../faults.ts";
import type { AccessCheck, JsonService } from "../json-service.ts";
import { accessOf } from "./access.ts";
import { Meter } from "./capacity.ts";
import { ExpirySweep, type Swept } from "./expiry.ts";
import { drawFault, withWithheld } from "./injected-faults.ts";
import { KeyLocks } from "./key-locks.ts";
import { parseRequest } from "./parse-request.ts";
import { perform } from "./perform.ts";
import type { DynamodbRequest } from "./request.ts";
import type { DynamodbOperation } from "./schemas.ts";
import { openStorage } from "./storage.ts";
import type { TableDefinition } from "./table.ts";
import { loadTables, type Tables } from "./tables.ts";
import type { TransactionKeys } from "./transaction-keys.ts";

/** Capacity units of one call by DynamoDB's published rules, indexes included; of a failed call, too. */
export interface CallUnits {
  readonly operation: string;
  /** The object that was given to `handle`: tells which call it was. */
  readonly input: Record<string, unknown>;
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface DynamodbOptions {
  /** Holds all data; made when missing. One process at a time. */
  readonly directory: string;
  readonly tables: readonly TableDefinition[];
  readonly faults: FaultPlan;
  /** Called once for each call, before its answer. */
  readonly onUnits?: (units: CallUnits) => void;
  /** Milliseconds since the epoch, for expiry. */
  readonly clock?: () => number;
  /** Which keys transactions are judged with; each item's own by default. */
  readonly transactionKeys?: TransactionKeys;
  readonly advice?: Advice;
}

export interface Dynamodb extends JsonService {
  /** Deletes all that has expired by now, in one go; without it that happens bit by bit, each minute. */
  sweepExpired(): Promise<Swept>;
}

const sweepEveryMs = 60_000;
const sweepPage = 5_000;

/**
 * DynamoDB on a folder: dynalite's checks, expressions and updates over one LevelDB, with transactions, expiry
 * and capacity units of our own. What was acknowledged survives the end of the process at any moment; it is not
 * forced to the disk, so a power cut may cost the last writes, never half of one. Transactions on the same item wait
 * for each other; with faults, all but one are refused at once, as on AWS.
 */
export async function openDynamodb(options: DynamodbOptions): Promise<Dynamodb> {
  const { directory, clock = Date.now } = options;
  const storage = await openStorage(directory, options.advice);
  try {
    const byName = await loadTables(storage, directory, options.tables);
    return new DynamodbService(
      { storage, byName, clock, locks: new KeyLocks(), refusesConflicts: options.faults.rate > 0 },
      options,
    );
  } catch (error) {
    await storage.close();
    throw error;
  }
}

class DynamodbService implements Dynamodb {
  readonly targetPrefix = "DynamoDB_20120810";
  readonly signingName = "dynamodb";
  readonly #tables: Tables;
  readonly #faults: ReturnType<typeof createFaults>;
  readonly #onUnits: DynamodbOptions["onUnits"];
  readonly #transactionKeys: DynamodbOptions["transactionKeys"];
  readonly #sweep: ExpirySweep;
  readonly #timer: NodeJS.Timeout;
  readonly #running = new Set<Promise<unknown>>();
  /** Requests parsed for `accessOf` that `handle` has not seen yet. */
  readonly #parsed = new WeakMap<object, DynamodbRequest>();
  #sweeping: Promise<unknown> = Promise.resolve();

  constructor(tables: Tables, { faults, onUnits, transactionKeys }: DynamodbOptions) {
    this.#tables = tables;
    this.#faults = createFaults("dynamodb", faults);
    this.#onUnits = onUnits;
    this.#transactionKeys = transactionKeys;
    this.#sweep = new ExpirySweep(tables);
    this.#timer = setInterval(() => this.#sweepOnTime(), sweepEveryMs).unref();
  }

  accessOf(operation: string, input: Record<string, unknown>): readonly AccessCheck[] {
    const request = parseRequest(operation, input);
    this.#parsed.set(input, request);
    return accessOf(this.#tables, operation as DynamodbOperation, request, this.#transactionKeys);
  }

  handle(operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
    return this.#track(this.#call(operation, input));
  }

  sweepExpired(): Promise<Swept> {
    return this.#track(
      this.#queueSweep(async () => {
        let [examined, deleted] = [0, 0];
        this.#sweep.restart();
        for (let done = false; !done; ) {
          const page = await this.#sweep.page(sweepPage);
          examined += page.examined;
          deleted += page.deleted;
          done = page.done;
        }
        return { examined, deleted };
      }),
    );
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.allSettled([...this.#running, this.#sweeping]);
    await this.#tables.storage.close();
  }

  async #call(operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
    const request = this.#parsed.get(input) ?? parseRequest(operation, input);
    // Doing the call uses the request up: a repetition of the same object is parsed again.
    this.#parsed.delete(input);
    const known = operation as DynamodbOperation;
    const detail = request.ReturnConsumedCapacity;
    const meter = new Meter();
    try {
      const day = drawFault(this.#faults, known, request);
      if (day.refusal) throw day.refusal;
      const answer = await perform(this.#tables, known, request, meter, day.cutAfter);
      if (day.lateFailure) throw day.lateFailure;
      const whole = withWithheld(answer, day.withheld);
      if (detail !== "TOTAL" && detail !== "INDEXES") return whole;
      const consumed = meter.consumed(detail);
      const many = known.startsWith("Batch") || known.startsWith("Transact");
      return { ...whole, ConsumedCapacity: many ? consumed : consumed[0] };
    } finally {
      const [readUnits, writeUnits] = [meter.total("readUnits"), meter.total("writeUnits")];
      this.#onUnits?.({ operation, input, readUnits, writeUnits });
    }
  }

  #sweepOnTime(): void {
    // Nobody waits for it, and the next page is tried a minute later.
    this.#queueSweep(() => this.#sweep.page(sweepPage)).catch((error: Error) => process.emitWarning(error));
  }

  /** One page after the other: the sweep keeps its place between them. */
  #queueSweep<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#sweeping.then(work);
    this.#sweeping = done.catch(() => undefined);
    return done;
  }

  #track<Result>(call: Promise<Result>): Promise<Result> {
    const tracked = call.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
    return tracked;
  }
}
