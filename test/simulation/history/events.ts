import type { Fate } from "../scheduler/scheduler.ts";
import type { JobName } from "../world/jobs.ts";

/** One decision of the scheduler. Everybody is named by where he comes from, so that leaving out others renames nobody. */
export type Event =
  | { readonly do: "start"; readonly client: string }
  | { readonly do: "run"; readonly actor: string; readonly branch: number; readonly fate: Fate }
  /** `again`: it comes a second time. `pieces`: how often the run is told that it has time. */
  | { readonly do: "deliver"; readonly message: string; readonly again: boolean; readonly pieces: number }
  | { readonly do: "lose"; readonly message: string }
  | { readonly do: "job"; readonly job: JobName; readonly count: number; readonly pieces: number }
  | { readonly do: "pass"; readonly seconds: number }
  /** The store loses or spoils one of its objects. */
  | { readonly do: "damage"; readonly store: string; readonly at: number; readonly isLost: boolean }
  | { readonly do: "land"; readonly at: number };

/** For the trace. */
export function textOf(event: Event): string {
  switch (event.do) {
    case "start":
      return `${event.client} begins`;
    case "run":
      return `${event.actor}${event.branch > 0 ? ` (call ${event.branch + 1})` : ""}: ${event.fate}`;
    case "deliver":
      return `${event.message} is delivered${event.again ? ", and will come again" : ""}, time for ${event.pieces} pieces`;
    case "lose":
      return `${event.message} is lost`;
    case "job":
      return `${event.job} run ${event.count} begins, time for ${event.pieces} pieces`;
    case "pass":
      return `${event.seconds} s pass`;
    case "damage":
      return `the store ${event.store} ${event.isLost ? "loses" : "spoils"} an object`;
    case "land":
      return "a call that was on its way arrives";
  }
}
