import type { QueueName } from "../../shared/aws/work-queue.ts";
import type { LogAlarmProps } from "../constructs/log-alarm.ts";
import type { Feature } from "./features.ts";
import type { FunctionAccess } from "./rights.ts";

/** What is said of a function, once: the stacks, the tests and docs/functions.md read it. */
export interface FunctionEntry {
  /** In a few words, for docs/functions.md. */
  readonly does: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly access: FunctionAccess;
}

/** Called by a queue of its own: the one that its access `consumes`. */
export interface WorkerEntry extends FunctionEntry {
  readonly access: FunctionAccess & { readonly consumes: QueueName };
  /** Longer than the worker's timeout, or a message is worked on twice at once. */
  readonly visibilitySeconds: number;
  /** Then the message is a dead letter. */
  readonly attempts: number;
  readonly batchSize: number;
  /** Workers share the account's concurrency with the API: this much of it at most. */
  readonly maxConcurrency: number;
  /** Without this feature its queue gets nothing, and is not polled, which would cost. */
  readonly partOf?: Feature;
  /** How long messages are gathered; more than 10 in a batch need at least a second. */
  readonly gatherSeconds?: number;
}

/** Called by nobody: a program in a container, where Lambda has no room or no tools, that polls a queue of its own. */
export interface ProgramEntry extends Omit<FunctionEntry, "timeoutSeconds" | "memoryMegabytes"> {
  readonly access: FunctionAccess & { readonly polls: QueueName };
  /** How long a message is hidden at a time; the program hides it again while it works on it. */
  readonly visibilitySeconds: number;
  /** Then the message is a dead letter. */
  readonly attempts: number;
  /** It is there only with this feature. */
  readonly partOf: Feature;
}

/** Called by the clock, or by an operator. */
export interface JobEntry extends FunctionEntry {
  readonly everyMinutes: number;
  /** Without this feature it has nothing to do: its schedule is there, switched off, and operators may still fire it. */
  readonly partOf?: Feature;
  /** How often it runs without that feature all the same, to take away what was left of it. */
  readonly everyMinutesWithout?: number;
  /** Waits for an operator: its schedule is there, switched off. */
  readonly onDemand?: true;
  /** It can stop itself, and says so then at each run until it is released. */
  readonly stopsItself?: true;
  /** What a person should look at, by the decision or message in its log. */
  readonly alarms?: readonly Omit<LogAlarmProps, "log">[];
}
