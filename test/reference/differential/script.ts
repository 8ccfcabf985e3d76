import { createHash } from "node:crypto";
import { Session, type Target } from "./session.ts";

/** Requests that share state: the same ones are sent to both servers, ids and links taken from each one's own answers. */
export interface Script {
  readonly name: string;
  /** Requests with several faults at a time: which of them an error tells is not compared, only its status. */
  readonly hasManyFaults?: boolean;
  readonly run: (session: Session) => Promise<void>;
}

const nonceOf = (runId: string, name: string): string =>
  createHash("sha256").update(`${runId} ${name}`).digest("hex").slice(0, 8);

/** Runs the scripts, so many at a time; their order is kept in the answer. */
export async function runScripts(
  target: Target,
  scripts: readonly Script[],
  runId: string,
  concurrency: number,
): Promise<ReadonlyMap<string, Session>> {
  const sessions = new Map(scripts.map(({ name }) => [name, new Session(target, nonceOf(runId, name))]));
  if (sessions.size !== scripts.length) throw new Error("two scripts have the same name");
  const waiting = [...scripts];
  const work = async () => {
    for (let script = waiting.shift(); script; script = waiting.shift()) {
      const session = sessions.get(script.name);
      if (session) await script.run(session);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return sessions;
}
