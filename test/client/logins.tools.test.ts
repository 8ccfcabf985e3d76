import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createContext } from "../../client/commands/context.ts";
import { listImages } from "../../client/commands/image-list.ts";
import { explain } from "../../client/terminal/explain.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { type Recorder, startRecorder } from "./logins/recorder.ts";
import type { Row } from "./logins/row.ts";
import { rows } from "./logins/rows.ts";

const openstack = resolve(import.meta.dirname, "logins/openstack-runs.py");

/** What a client did with a row: whether it listed images, and what the cloud was asked. */
interface Outcome {
  readonly isDone: boolean;
  readonly asked: readonly string[];
  /** For whoever has to find out why. */
  readonly output: string;
}
interface Place {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/** One client's cloud, and what the placeholders of a row stand for there. */
interface Side {
  readonly recorder: Recorder;
  readonly placeholders: Readonly<Record<string, string>>;
}

let runtime: LocalRuntime;
let folder: string;
let ours: Side;
let theirs: Side;
let client: ReturnType<typeof openClient>;
/** By row. They run beside ours, each with a cloud of its own. */
let expected: Map<Row, Promise<Outcome>>;

/** Files. */
interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** A certificate for 127.0.0.1 that is its own authority. */
function selfSigned(name: string): KeyPair {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const options = `req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=${name} -addext subjectAltName=IP:127.0.0.1`;
  execFileSync("openssl", [...options.split(" "), "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { cert, key };
}

/** The row's files in a folder of its own. */
function place({ files, environment = {}, words = [] }: Row, name: string, { placeholders }: Side): Place {
  const own = join(folder, name);
  const filled = (text: string): string =>
    text.replace(/\{([a-z-]+)\}/g, (found, word: string) =>
      word === "folder" ? own : (placeholders[word] ?? found),
    );
  mkdirSync(own);
  for (const [path, content] of Object.entries(
    typeof files === "string" ? { "clouds.yaml": files } : files,
  )) {
    mkdirSync(dirname(join(own, path)), { recursive: true });
    writeFileSync(join(own, path), typeof content === "string" ? filled(content) : content);
  }
  const given = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, filled(value)]));
  return { folder: own, environment: { PATH: process.env.PATH ?? "", HOME: own, ...given }, words };
}

/** Runs a program that answers each line with a line. */
function openClient() {
  const child = spawn("/usr/bin/python3", ["-u", openstack], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = child.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false });
  let rest = "";
  return {
    run: async (what: Place): Promise<{ code: number; output: string }> => {
      child.stdin.write(`${JSON.stringify(what)}\n`);
      while (!rest.includes("\n")) {
        const { value, done } = await lines.next();
        if (done) throw new Error("the openstack client's process has ended");
        rest += value;
      }
      const [line = "", ...more] = rest.split("\n");
      rest = more.join("\n");
      return JSON.parse(line) as { code: number; output: string };
    },
    end: () => child.stdin.end(),
  };
}

/** The command's own function: a process for each row would take minutes. */
async function runImagectl({ folder: cwd, environment, words }: Place): Promise<Outcome> {
  const lines: string[] = [];
  const { values } = parseArgs({
    args: [...words],
    options: {
      "os-cloud": { type: "string" },
      "os-region-name": { type: "string" },
      insecure: { type: "boolean" },
    },
  });
  const options = {
    ...(values["os-cloud"] === undefined ? {} : { osCloud: values["os-cloud"] }),
    ...(values["os-region-name"] === undefined ? {} : { osRegionName: values["os-region-name"] }),
    ...(values.insecure ? { insecure: true } : {}),
  };
  const warn = vi.spyOn(process.stderr, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  const context = createContext(options, new AbortController().signal, { environment, cwd, home: cwd });
  const isDone = await listImages(context, {}).then(
    () => true,
    (error: unknown) => {
      lines.push(explain(error).message);
      return false;
    },
  );
  warn.mockRestore();
  return { isDone, asked: ours.recorder.taken(), output: lines.join("\n") };
}

async function startSide(token: string, own: KeyPair, other: KeyPair): Promise<Side> {
  const certificate = { cert: readFileSync(own.cert), key: readFileSync(own.key) };
  const recorder = await startRecorder(runtime.url, certificate);
  const placeholders = {
    url: recorder.url,
    tls: recorder.tls,
    named: recorder.url.replace("127.0.0.1", "localhost"),
    proxy: recorder.proxy,
    "proxy-host": new URL(recorder.proxy).host,
    token,
    ca: own.cert,
    "ca-text": String(certificate.cert),
    cert: own.cert,
    key: own.key,
    "other-ca": other.cert,
  };
  return { recorder, placeholders };
}

beforeAll(async () => {
  // Many rows are wrong passwords of the same user.
  runtime = await startRuntime({ environment: { GLANCE_LOCKOUT_FAILURE_ATTEMPTS: "100000" } });
  folder = mkdtempSync(join(tmpdir(), "imagectl-logins-"));
  const user = { name: "demo", password: "demo", domain: { id: "default" } };
  const scope = { project: { name: "demo", domain: { id: "default" } } };
  const login = await fetch(`${runtime.url}/v3/auth/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ auth: { identity: { methods: ["password"], password: { user } }, scope } }),
  });
  const token = login.headers.get("x-subject-token") ?? "";
  const [own, other] = [selfSigned("own"), selfSigned("other")];
  [ours, theirs] = [await startSide(token, own, other), await startSide(token, own, other)];
  client = openClient();
  let before: Promise<unknown> = Promise.resolve();
  expected = new Map(
    rows.map((row, index) => {
      const outcome = before.then(async () => {
        const { code, output } = await client.run(place(row, `openstack-${index}`, theirs));
        return { isDone: code === 0, asked: theirs.recorder.taken(), output };
      });
      outcome.catch(() => undefined);
      before = outcome;
      return [row, outcome];
    }),
  );
});
afterAll(async () => {
  client?.end();
  ours?.recorder.close();
  theirs?.recorder.close();
  await runtime?.stop();
  runtime?.remove();
  rmSync(folder, { recursive: true, force: true });
});

it.each(rows)("as the openstack client: $is", async (row) => {
  const done = await runImagectl(place(row, `imagectl-${rows.indexOf(row)}`, ours));
  const wanted = await expected.get(row);
  const context = `openstack: ${wanted?.output}\nimagectl: ${done.output}`;
  expect(done.isDone, context).toBe(wanted?.isDone);
  // A refusal before the first request is as good as the cloud's.
  if (done.isDone || done.asked.length > 0) expect(done.asked, context).toEqual(wanted?.asked);
});

it("both ends are met often, and every row has a name of its own", async () => {
  const outcomes = await Promise.all(expected.values());
  const done = outcomes.filter(({ isDone }) => isDone).length;
  expect(done).toBeGreaterThan(60);
  expect(rows.length - done).toBeGreaterThan(40);
  expect(new Set(rows.map(({ is }) => is)).size).toBe(rows.length);
});
