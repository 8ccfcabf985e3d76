// Imports by web-download, uploads and downloads beside curl and a real Glance, in turns, with processor seconds and the
// ratios of the medians. By hand, as root (it listens on port 80, which a Glance allows), with the reference running:
// REFERENCE_DIR=… npm run bench:transfers -- [GIB] [ROUNDS]. Without REFERENCE_DIR ours alone.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { clientWith, type ImageClient, logIn } from "../runtime/image-client.ts";
import { runtimePid, startRuntime } from "../runtime/local-runtime.ts";
import { peakMebibytes, processorSeconds } from "./process-times.ts";

const MIB = 1024 ** 2;
const [gibibytes = "1", rounds = "3"] = process.argv.slice(2);
const mebibytes = Number(gibibytes) * 1024;
const large = `http://127.0.0.1/${mebibytes}`;
const { REFERENCE_DIR } = process.env;
const REFERENCE_URL = "http://127.0.0.1:9393";
const KEYSTONE_URL = "http://127.0.0.1:5000";

/** One service: its client, and its process with all that it starts. */
interface Side {
  readonly name: string;
  readonly url: string;
  readonly client: ImageClient;
  readonly pid: number;
}

interface Measured {
  readonly seconds: number;
  readonly processor: number;
}

/** What is done behind an answer (bytes that are verified) belongs to it, and to nothing that comes after. */
async function untilIdle(pid: number): Promise<number> {
  for (let before = processorSeconds(pid); ; ) {
    await sleep(1000);
    const now = processorSeconds(pid);
    if (now - before < 0.1) return now;
    before = now;
  }
}

async function measured(
  side: Pick<Side, "pid"> | undefined,
  work: () => Promise<unknown>,
): Promise<Measured> {
  const before = side ? processorSeconds(side.pid) : 0;
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  return { seconds, processor: side ? (await untilIdle(side.pid)) - before : 0 };
}

async function run(program: string, ...words: string[]): Promise<void> {
  const child = spawn(program, words, { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

async function activated({ client }: Side, id: string): Promise<void> {
  for (;;) {
    const { status, os_glance_failed_import: failed = "" } = await client.show(id);
    if (status === "active") return;
    if (failed !== "") throw new Error(`the import of ${id} has failed`);
    await sleep(200);
  }
}

async function imported(side: Side, uri = large): Promise<string> {
  const id = await side.client.create();
  const answer = await side.client.fetch(`/v2/images/${id}/import`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ method: { name: "web-download", uri } }),
  });
  if (answer.status !== 202) throw new Error(`import: ${answer.status} ${await answer.text()}`);
  await activated(side, id);
  return id;
}

/** curl of the host's data into curl to the service: the same program sends to both. */
async function uploaded(side: Side, isChunked: boolean): Promise<string> {
  const id = await side.client.create();
  const sized = isChunked ? "" : `-H 'Content-Length: ${mebibytes * MIB}' -H 'Transfer-Encoding:'`;
  const put =
    `curl -sS ${large} | curl -sSf -o /dev/null -T - ${sized} -H 'Expect:' -H 'X-Auth-Token: ${side.client.token}' ` +
    `-H 'Content-Type: application/octet-stream' ${side.url}/v2/images/${id}/file`;
  await run("bash", "-o", "pipefail", "-c", put);
  await activated(side, id);
  return id;
}

const downloaded = ({ client, url }: Side, id: string) =>
  run(
    "curl",
    ...["-sSfL", "-o", "/dev/null", "-H", `X-Auth-Token: ${client.token}`],
    `${url}/v2/images/${id}/file`,
  );

/** A member's login in the reference's Keystone. */
async function referenceLogin(): Promise<ImageClient> {
  const domain = { id: "default" };
  const user = { name: "demo", password: "demo", domain };
  const scope = { project: { name: "demo", domain } };
  const auth = { identity: { methods: ["password"], password: { user } }, scope };
  const answer = await fetch(`${KEYSTONE_URL}/v3/auth/tokens`, {
    ...{ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ auth }) },
  });
  const token = answer.headers.get("x-subject-token");
  if (token === null) throw new Error(`the reference's Keystone answered ${answer.status}`);
  return clientWith(REFERENCE_URL, token);
}

async function referenceSide(): Promise<Side | undefined> {
  if (REFERENCE_DIR === undefined) return undefined;
  const file = `${REFERENCE_DIR}/run/glance.pid`;
  if (!existsSync(file)) throw new Error(`start the reference first: ${file} is not there`);
  const pid = Number(readFileSync(file, "utf8").split(" ")[0]);
  return { name: "Glance", url: REFERENCE_URL, client: await referenceLogin(), pid };
}

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
const shown = (value: number): string => value.toFixed(2).padStart(8);

const found = new Map<string, Measured[]>();
function note(what: string, one: Measured): void {
  found.set(what, [...(found.get(what) ?? []), one]);
  console.log(`${what.padEnd(28)}${shown(one.seconds)} s${shown(one.processor)} s of processors`);
}

async function round(sides: readonly Side[]): Promise<void> {
  note("curl to nowhere", await measured(undefined, () => run("curl", "-sS", "-o", "/dev/null", large)));
  for (const side of sides) {
    const ids: string[] = [];
    const keep = (work: () => Promise<string>) => async () => void ids.push(await work());
    note(
      `${side.name}: web-download`,
      await measured(
        side,
        keep(() => imported(side)),
      ),
    );
    note(
      `${side.name}: upload`,
      await measured(
        side,
        keep(() => uploaded(side, false)),
      ),
    );
    note(
      `${side.name}: upload, chunked`,
      await measured(
        side,
        keep(() => uploaded(side, true)),
      ),
    );
    note(`${side.name}: download`, await measured(side, () => downloaded(side, ids[0] ?? "")));
    for (const id of ids) await side.client.fetch(`/v2/images/${id}`, { method: "DELETE" });
  }
}

function report(sides: readonly Side[]): void {
  console.log(`\nmedians of ${rounds} rounds with ${mebibytes} MiB`);
  const of = (what: string) => {
    const all = found.get(what) ?? [];
    return {
      seconds: median(all.map((one) => one.seconds)),
      processor: median(all.map((one) => one.processor)),
    };
  };
  for (const what of found.keys())
    console.log(`${what.padEnd(28)}${shown(of(what).seconds)} s${shown(of(what).processor)} s of processors`);
  if (sides.length < 2) return;
  for (const what of ["web-download", "upload", "upload, chunked", "download"]) {
    const [theirs, ours] = [of(`Glance: ${what}`), of(`here: ${what}`)];
    console.log(
      `${what}: ${shown(ours.seconds / theirs.seconds)} of Glance's time,${shown(ours.processor / theirs.processor)} of its processors' seconds`,
    );
  }
}

const host: ChildProcess = spawn(
  process.execPath,
  [fileURLToPath(new URL("source-host.ts", import.meta.url)), "80"],
  { stdio: ["ignore", "pipe", "inherit"] },
);
if (host.stdout) await once(host.stdout, "data");
const runtime = await startRuntime({ environment: { GLANCE_IMPORT_ALLOWED_NETWORKS: "127.0.0.1/32" } });
try {
  const client = await logIn(runtime.url, "demo");
  const here: Side = { name: "here", url: runtime.url, client, pid: runtimePid(runtime.home) };
  const reference = await referenceSide();
  const sides = reference ? [reference, here] : [here];
  // Functions start, and programs are loaded.
  for (const side of sides) await imported(side, "http://127.0.0.1/5");
  for (let each = 0; each < Number(rounds); each++) await round(each % 2 === 0 ? sides : sides.toReversed());
  report(sides);
  console.log(`memory of the runtime: ${Math.round(peakMebibytes(here.pid))} MiB at most`);
} finally {
  await runtime.stop();
  runtime.remove();
  host.kill();
}
