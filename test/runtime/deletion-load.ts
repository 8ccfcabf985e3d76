import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type ImageClient, logIn } from "./image-client.ts";
import type { LocalRuntime } from "./local-runtime.ts";
import { fireJob } from "./run-job.ts";

interface Subject {
  readonly id: string;
  readonly data: Buffer;
  /** Even: the image is there. Odd: it is deleted, or on the way between both. */
  generation: number;
  /** While somebody is changing it nothing is certain. */
  changing: boolean;
  /** The last generation that somebody has looked at with certainty. */
  seen: number;
}

export interface LoadOptions {
  readonly seconds: number;
  readonly images: number;
  /** So many certain looks and images brought back there must be: a busy machine gets ten times the time for them. */
  readonly atLeast: number;
}

export interface LoadResult {
  readonly looks: number;
  readonly certainLooks: number;
  readonly deleted: number;
  readonly restored: number;
  readonly recovered: number;
  readonly scrubs: number;
  /** What a client saw that must not be. */
  readonly faults: readonly string[];
}

/**
 * Deletes images, restores or recovers them and deletes them again, while the scrubber runs and others look: whoever
 * looks while nothing is changed must see the image with all its bytes, or nothing of it at all, in every way to look;
 * and whatever is downloaded at whatever moment is whole.
 */
export async function deleteAndRestore(
  runtime: LocalRuntime,
  { seconds, images, atLeast }: LoadOptions,
): Promise<LoadResult> {
  const [admin, demo] = await Promise.all([logIn(runtime.url, "admin"), logIn(runtime.url, "demo")]);
  const counts = { looks: 0, certainLooks: 0, deleted: 0, restored: 0, recovered: 0, scrubs: 0 };
  const [until, latest] = [seconds, seconds * 10].map((time) => Date.now() + time * 1000) as [number, number];
  const isEnough = () =>
    counts.certainLooks >= atLeast && counts.restored + counts.recovered >= atLeast && Date.now() >= until;
  const isTime = () => !isEnough() && Date.now() < latest;
  const faults: string[] = [];
  const subjects: Subject[] = [];
  for (let n = 0; n < images; n++) {
    const data = randomBytes(20_000 + n);
    const id = await demo.create({ name: `load-${n}`, tags: ["load"] });
    const { status } = await demo.upload(id, data);
    if (status !== 204) throw new Error(`upload: ${status}`);
    subjects.push({ id, data, generation: 0, changing: false, seen: -1 });
  }

  const act = async (client: ImageClient, path: string, method = "POST") =>
    (await client.fetch(path, { method })).status;
  const change = async (subject: Subject, work: () => Promise<void>) => {
    subject.changing = true;
    await work();
    subject.generation++;
    subject.changing = false;
  };
  const bringBack = async ({ id }: Subject) => {
    const restored = await act(admin, `/v2/images/${id}/actions/restore`);
    if (restored === 204) {
      counts.restored++;
      return;
    }
    if (restored !== 409) faults.push(`restore: ${restored}`);
    for (;;) {
      const recovered = await act(admin, `/v2/images/${id}/actions/recover`);
      if (recovered === 204) break;
      if (recovered !== 409) throw new Error(`recover: ${recovered}`);
      await sleep(50);
    }
    counts.recovered++;
  };
  /** Every other time until somebody has seen how it is: a busy machine would else leave too few certain looks. */
  const pause = async (subject: Subject) => {
    await sleep(Math.random() * 150);
    if (Math.random() < 0.5) return;
    const latest = Date.now() + 2000;
    while (subject.seen !== subject.generation && Date.now() < latest && isTime()) await sleep(10);
  };
  const loop = async (subject: Subject) => {
    while (isTime()) {
      await change(subject, async () => {
        const status = await act(demo, `/v2/images/${subject.id}`, "DELETE");
        if (status !== 204) faults.push(`delete: ${status}`);
        counts.deleted++;
      });
      await pause(subject);
      await change(subject, () => bringBack(subject));
      await pause(subject);
    }
  };

  /** What one client sees in all ways: the status codes of show and download, and whether a list has it. */
  const look = async ({ id, data, generation }: Subject) => {
    const show = await demo.fetch(`/v2/images/${id}`);
    const { status } = (await show.json().catch(() => ({}))) as { status?: string };
    const file = await demo.fetch(`/v2/images/${id}/file`, { redirect: "follow" });
    const bytes = Buffer.from(await file.arrayBuffer());
    if (file.status === 200 && !bytes.equals(data))
      faults.push(`${bytes.length} wrong bytes (${generation})`);
    const list = (await (await demo.fetch("/v2/images?tag=load&limit=100")).json()) as {
      images: { id: string }[];
    };
    return `${show.status} ${status ?? "-"} ${file.status} ${list.images.some((image) => image.id === id)}`;
  };
  const looker = async () => {
    while (isTime()) {
      const subject = subjects[Math.floor(Math.random() * subjects.length)] as Subject;
      const { generation, changing } = subject;
      const seen = await look(subject);
      counts.looks++;
      if (changing || subject.changing || subject.generation !== generation) continue;
      counts.certainLooks++;
      subject.seen = generation;
      const expected = generation % 2 === 0 ? "200 active 200 true" : "404 - 404 false";
      if (seen !== expected) faults.push(`generation ${generation}: ${seen}`);
    }
  };
  const scrubbing = async () => {
    while (isTime()) {
      const { status, body } = await fireJob(runtime.home, "scrubber");
      if (status !== 200 || (body as { failed?: number }).failed !== 0)
        faults.push(`scrubber: ${status} ${JSON.stringify(body)}`);
      counts.scrubs++;
      await sleep(Math.random() * 400);
    }
  };
  await Promise.all([...subjects.map(loop), looker(), looker(), looker(), scrubbing()]);
  for (const subject of subjects) {
    const seen = await look(subject);
    if (seen !== "200 active 200 true") faults.push(`at the end: ${seen}`);
  }
  return { ...counts, faults };
}
