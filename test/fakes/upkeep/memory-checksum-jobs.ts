import { createHash, randomUUID } from "node:crypto";
import type {
  ChecksumJobState,
  ChecksumJobs,
  ChecksumList,
} from "../../../shared/upkeep/ports/checksum-jobs.ts";

interface Job {
  readonly token: string;
  state: ChecksumJobState;
}

/** Checksums of objects in memory; a job runs until the test ends it. */
export function memoryChecksumJobs(objects: ReadonlyMap<string, Uint8Array>) {
  const lists = new Map<string, ChecksumList & { readonly keys: readonly string[] }>();
  const jobs = new Map<string, Job>();
  const checksums: ChecksumJobs = {
    prepare: async (keys) => {
      const list = { token: randomUUID(), etag: randomUUID() };
      lists.set(list.token, { ...list, keys });
      return list;
    },
    begin: async ({ token, etag }) => {
      if (lists.get(token)?.etag !== etag) throw new Error("the list is another one");
      const [known] = [...jobs].find(([, job]) => job.token === token) ?? [];
      const id = known ?? randomUUID();
      if (!known) jobs.set(id, { token, state: { state: "running" } });
      return id;
    },
    find: async ({ id }) => {
      const job = jobs.get(id);
      if (!job) throw new Error(`no job ${id}`);
      return job.state;
    },
    report: async function* ({ token }, algorithm) {
      for (const key of lists.get(token)?.keys ?? []) {
        const bytes = objects.get(key);
        yield bytes
          ? { key, checksum: createHash(algorithm).update(bytes).digest("hex") }
          : { key, failure: "failed 404 NoSuchKey" };
      }
    },
  };
  return {
    checksums,
    jobs,
    /** What was asked for, a list a job. */
    asked: () => [...jobs.values()].map(({ token }) => lists.get(token)?.keys ?? []),
    end: (state: ChecksumJobState = { state: "done" }) => {
      for (const job of jobs.values()) if (job.state.state === "running") job.state = state;
    },
  };
}
