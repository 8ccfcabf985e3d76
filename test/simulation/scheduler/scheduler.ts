import { BlobStoreFailed } from "../../../shared/images/ports/blob-store.ts";
import { Actor, type Outcome } from "./actor.ts";
import type { CrashPoints } from "./crash-points.ts";

/**
 * What becomes of a call. A killed actor's call was not made, was made without its answer being heard, or is on its way
 * still and is made later. A failed one says so to its actor, who may have been wrong about it.
 */
export type Fate =
  | "made"
  | "killed before"
  | "killed after"
  | "killed on its way"
  | "failed before"
  | "failed after";

class InjectedFault extends Error {}

const storePorts = /^(stores|deletedBlobs|sources|inventories)\./;
const faultOf = (call: string): Error =>
  storePorts.test(call) ? new BlobStoreFailed(`injected: ${call}`) : new InjectedFault(`injected: ${call}`);

/** A call of a killed actor that is on its way. */
interface LateCall {
  readonly text: string;
  readonly effect: () => unknown;
  readonly since: number;
}

interface Alarm {
  readonly at: number;
  readonly actor: Actor;
  readonly ring: () => void;
}

/** No request to a store or a table is on its way for longer. */
const LONGEST_WAY_MS = 20_000;
/** WebAssembly may need a turn of the event loop. */
const MOST_TURNS = 20;

const { setImmediate: nextTurn } = globalThis;
const turn = () => new Promise<void>((resolve) => void nextTurn(resolve));

/** Runs actors one call at a time: nothing of the simulated service happens but what is asked for here. */
export class Scheduler {
  /** Milliseconds. */
  now: number;
  readonly actors = new Map<string, Actor>();
  readonly late: LateCall[] = [];
  /** Operations of which one was killed. */
  readonly killed = new Set<string>();
  readonly #points: CrashPoints;
  #alarms: Alarm[] = [];
  #atWork: Actor;
  readonly #outside: Actor;

  constructor(now: number, points: CrashPoints) {
    this.now = now;
    this.#points = points;
    this.#outside = new Actor("outside", "outside", Number.POSITIVE_INFINITY);
    this.#atWork = this.#outside;
  }

  get atWork(): Actor {
    return this.#atWork;
  }

  /** A job waits a little, to keep its rate. */
  doze(ms: number): void {
    this.now += ms;
  }

  alarm(ms: number, ring: () => void): () => void {
    const alarm = { at: this.now + ms, actor: this.#atWork, ring };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((one) => one !== alarm);
    };
  }

  /** Begins something, which runs up to its first call. `seconds`: how long its function may last. */
  begin(
    name: string,
    { operation, seconds }: { readonly operation: string; readonly seconds: number },
    work: (actor: Actor) => Promise<unknown>,
  ): Actor {
    const actor = new Actor(name, operation, this.now + seconds * 1000);
    this.actors.set(name, actor);
    const before = this.#atWork;
    this.#atWork = actor;
    const over = (outcome: Outcome) => {
      this.actors.delete(name);
      actor.end(outcome);
    };
    work(actor).then(
      (result) => over({ told: "result", result }),
      (error: unknown) => over({ told: "error", error }),
    );
    this.#atWork = before;
    return actor;
  }

  /** Lets everything happen that needs no call. */
  async settle(): Promise<void> {
    await turn();
    const actor = this.#atWork;
    for (let turns = 1; turns < MOST_TURNS && this.#isBusy(actor); turns++) await turn();
    this.#atWork = this.#outside;
  }

  #isBusy(actor: Actor): boolean {
    const isServer = actor.deadline < Number.POSITIVE_INFINITY;
    return isServer && !actor.isOver && actor.parked.length === 0;
  }

  /** Makes one of the calls that an actor waits for. Returns which one, for the trace. */
  async step(actor: Actor, branch: number, fate: Fate): Promise<string> {
    const [call] = actor.parked.splice(branch % actor.parked.length, 1);
    if (!call) throw new Error(`${actor.name} waits for nothing`);
    const place = `${call.name}#${actor.count(call.name)}`;
    this.#points.saw(actor.operation, place, fate);
    this.#atWork = actor;
    if (fate === "made") call.resolve(call.effect());
    if (fate === "killed after") await Promise.resolve(call.effect()).catch(() => undefined);
    if (fate === "killed on its way")
      this.late.push({ text: `${actor.name} ${place}`, effect: call.effect, since: this.now });
    if (fate.startsWith("killed")) this.kill(actor);
    if (fate.startsWith("failed")) {
      actor.wasFailed = true;
      if (fate === "failed after") await Promise.resolve(call.effect()).catch(() => undefined);
      call.reject(faultOf(call.name));
    }
    await this.settle();
    return `${actor.operation} ${place}`;
  }

  kill(actor: Actor): void {
    this.killed.add(actor.operation);
    this.actors.delete(actor.name);
    this.#alarms = this.#alarms.filter((alarm) => alarm.actor !== actor);
    actor.end({ told: "nothing" });
  }

  /** A call that was on its way arrives. */
  async land(at: number): Promise<string> {
    const [call] = this.late.splice(at % this.late.length, 1);
    if (!call) throw new Error("nothing is on its way");
    await Promise.resolve(call.effect()).catch(() => undefined);
    await this.settle();
    return call.text;
  }

  /** Time goes by: what is on its way arrives, functions are ended that last too long, and alarms ring. */
  async pass(ms: number): Promise<void> {
    while (this.late[0] && this.now + ms - this.late[0].since > LONGEST_WAY_MS) await this.land(0);
    this.now += ms;
    for (const actor of [...this.actors.values()]) if (actor.deadline <= this.now) this.kill(actor);
    await this.settle();
    for (;;) {
      const [next] = this.#alarms.filter(({ at }) => at <= this.now).sort((one, other) => one.at - other.at);
      if (!next) return;
      this.#alarms = this.#alarms.filter((one) => one !== next);
      this.#atWork = next.actor;
      next.ring();
      await this.settle();
    }
  }
}
