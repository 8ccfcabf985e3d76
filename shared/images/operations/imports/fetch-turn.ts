import {
  type FetchTurn,
  type FetchTurns,
  giveTurnBack,
  rateOf,
  renewTurn,
  takeTurn,
} from "../../domain/fetch-turns.ts";
import type { ImportTask } from "../../domain/task.ts";
import type { FetchingPorts } from "./fetch-ports.ts";

/** Three renewals may fail before a lease ends. */
const RENEW_MS = 20_000;
/** Before a message that found no turn comes again, the first time: small data is fetched in no time. */
const FIRST_PAUSE_SECONDS = 2;
/** While it waits for others: what is free is kept for it. */
const LONGEST_PAUSE_SECONDS = 20;
/** While it waits for its own project's runs; the job `imports` takes 300 for nobody's. */
const LONGEST_OWN_PAUSE_SECONDS = 240;

/** As long as a name of the DNS may be: the record of all turns is one item. */
const LONGEST_HOST = 253;

/** A run's turn to fetch. */
interface HeldTurn {
  /** Most bytes a second at this moment; 0: as many as come. */
  readonly bytesPerSecond: () => number;
  /** For the next one. One whose run is killed ends by itself. */
  readonly giveBack: () => Promise<void>;
}

export interface NoTurn {
  readonly why: string;
  /** When to ask again. */
  readonly delaySeconds: number;
}

/** The host that an import's data is at, as far as it is known before it is asked. */
function hostOf({ import: { method } }: ImportTask): string {
  const { name, uri = "", glance_region = "" } = method;
  const host = URL.canParse(uri) ? new URL(uri).hostname : "";
  return (name === "glance-download" ? `region ${glance_region}` : host).slice(0, LONGEST_HOST);
}

const delayOf = (isOwnBound: boolean, waits: number): number => {
  const most = isOwnBound ? LONGEST_OWN_PAUSE_SECONDS : LONGEST_PAUSE_SECONDS;
  const longest = Math.min(most, FIRST_PAUSE_SECONDS * 2 ** Math.min(waits, 10));
  return Math.ceil(longest * (1 - Math.random() / 2));
};

/**
 * Takes one of the turns in which all runs of all projects fetch (settings `import_runs…`), and keeps it alive until it is
 * given back; or says when to ask again. What is free goes to the project that has least.
 */
export async function fetchTurn(
  { turns, clock, newId, settings }: FetchingPorts,
  task: ImportTask,
  waits: number,
): Promise<HeldTurn | NoTurn> {
  const wanted: Omit<FetchTurn, "until"> = { id: newId(), project: task.owner ?? "", host: hostOf(task) };
  const bounds = {
    most: settings.import_runs,
    ofProject: settings.import_runs_per_project,
    ofHost: settings.import_runs_per_host,
  };
  const rates = {
    ofRun: settings.import_bytes_per_second,
    inAll: settings.import_bytes_per_second_in_all,
    ofHost: settings.import_bytes_per_second_per_host,
  };
  const {
    turns: first,
    why,
    isOwnBound = false,
  } = await turns.change((before) => {
    const decision = takeTurn(before, wanted, bounds, clock().getTime());
    // Who waits for itself is in nobody's way: nothing is to be remembered.
    return { ...(!decision.isOwnBound && { after: decision.turns }), result: decision };
  });
  if (why !== undefined) return { why, delaySeconds: delayOf(isOwnBound, waits) };
  let seen: FetchTurns = first;
  let isOver = false;
  const renew = async () => {
    seen = await turns.change((before) => {
      if (isOver) return { result: before };
      const after = renewTurn(before, wanted, clock().getTime());
      return { after, result: after };
    });
  };
  const renewing = setInterval(() => void renew().catch(() => undefined), RENEW_MS);
  return {
    bytesPerSecond: () => rateOf(seen, wanted, rates),
    giveBack: async () => {
      isOver = true;
      clearInterval(renewing);
      // Otherwise its lease ends.
      await turns
        .change((before) => ({
          after: giveTurnBack(before, wanted.id, clock().getTime()),
          result: undefined,
        }))
        .catch(() => undefined);
    },
  };
}
