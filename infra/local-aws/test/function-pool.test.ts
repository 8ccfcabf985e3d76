import { expect, it, onTestFinished } from "vitest";
import { functionEnvironment } from "../functions/environment.ts";
import { FunctionPool } from "../functions/function-pool.ts";
import { traceOf } from "../functions/lineage.ts";
import type { FunctionDefinition } from "../template/functions.ts";
import { functionWith } from "./function-definition.ts";

const principal = {
  name: "try",
  arn: "arn:aws:iam::000000000000:role/app-Try",
  accessKeyId: "ASIATRY",
  secretAccessKey: "secret",
  sessionToken: "token",
  statements: [],
};
const endpoints = { s3: "http://127.0.0.1:1", json: "http://127.0.0.1:2" };

async function poolOf(source: string, changed: Partial<FunctionDefinition> = {}, concurrency = 2) {
  const definition = await functionWith(source, changed);
  const output: string[] = [];
  const pool = new FunctionPool({
    definition,
    environment: functionEnvironment(definition, principal, endpoints),
    concurrency,
    onOutput: (chunk) => output.push(String(chunk)),
  });
  onTestFinished(() => pool.close());
  return { pool, output };
}

const value = (outcome: Awaited<ReturnType<FunctionPool["invoke"]>>): unknown =>
  outcome.ok ? JSON.parse(outcome.payload) : outcome.error;

it("hands over the event and the context, and answers the result", async () => {
  const { pool } = await poolOf(`export const handler = async (event, context) => ({
    event, name: context.functionName, id: typeof context.awsRequestId, left: context.getRemainingTimeInMillis() });`);
  const result = value(await pool.invoke('{"a":1}')) as Record<string, unknown>;
  expect(result).toMatchObject({ event: { a: 1 }, name: "app-Try", id: "string" });
  expect(result.left).toBeGreaterThan(1000);
});

it("gives the template's environment and what Lambda sets, nothing of the host's", async () => {
  process.env.HOST_SECRET = "x";
  onTestFinished(() => {
    delete process.env.HOST_SECRET;
  });
  const { pool } = await poolOf("export const handler = async () => process.env;");
  const environment = value(await pool.invoke("{}")) as Record<string, string>;
  expect(environment).toMatchObject({
    TABLE_NAME: "images",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "ASIATRY",
    AWS_SESSION_TOKEN: "token",
    AWS_LAMBDA_FUNCTION_NAME: "app-Try",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SQS: endpoints.json,
  });
  expect(Object.keys(environment)).not.toContain("HOST_SECRET");
  expect(Object.keys(environment)).not.toContain("HOME");
});

it("an instance takes one event at a time, and further ones start up to the bound", async () => {
  const { pool } = await poolOf(`let running = 0; const id = Math.random(); let most = 0;
    export const handler = async () => { most = Math.max(most, ++running); await new Promise((r) => setTimeout(r, 30));
      running--; return { id, most }; };`);
  const results = (await Promise.all(Array.from({ length: 6 }, () => pool.invoke("{}")))).map(value) as {
    id: number;
    most: number;
  }[];
  expect(results.map(({ most }) => most)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(new Set(results.map(({ id }) => id)).size).toBe(2);
});

it("a thrown error has Lambda's form and leaves the instance alive", async () => {
  const { pool } = await poolOf(`let count = 0;
    export const handler = async () => { if (count++ === 0) throw new TypeError("no"); return count; };`);
  expect(value(await pool.invoke("{}"))).toMatchObject({ errorType: "TypeError", errorMessage: "no" });
  expect(value(await pool.invoke("{}"))).toBe(2);
});

it("a function over its time is ended, and the next event gets a new instance", async () => {
  const { pool, output } = await poolOf(
    "export const handler = async (event) => { if (event.hang) for (;;); return 'fresh'; };",
    { timeoutSeconds: 0.2 },
  );
  expect(value(await pool.invoke('{"hang":true}'))).toMatchObject({
    errorType: "Sandbox.Timedout",
    errorMessage: expect.stringContaining("Task timed out after 0.20 seconds"),
  });
  expect(output.join("")).toContain("Task timed out");
  expect(value(await pool.invoke("{}"))).toBe("fresh");
});

it.each([
  ["a process that exits", "export const handler = async () => process.exit(3);", "Runtime.ExitError"],
  [
    "an uncaught error",
    "export const handler = () => new Promise(() => setTimeout(() => { throw new RangeError('x'); }));",
    "RangeError",
  ],
  ["a module that fails to load", "throw new SyntaxError('bad');", "SyntaxError"],
  ["a handler that is not there", "export const other = 1;", "Error"],
  [
    "too much memory",
    "export const handler = async () => { const all = []; for (;;) all.push(new Array(1e5).fill({})); };",
    "Runtime.OutOfMemory",
  ],
])("%s is an outcome in Lambda's form", async (_, source, errorType) => {
  const { pool } = await poolOf(source, { memoryMegabytes: 32, timeoutSeconds: 10 });
  expect(value(await pool.invoke("{}"))).toMatchObject({ errorType });
});

it("payloads are bounded in both directions", async () => {
  const { pool } = await poolOf("export const handler = async (event) => 'x'.repeat(event.length);");
  const big = JSON.stringify("x".repeat(7_000_000));
  expect(value(await pool.invoke(big))).toMatchObject({ errorType: "RequestEntityTooLargeException" });
  expect(value(await pool.invoke(JSON.stringify("x".repeat(1_100_000)), "asynchronous"))).toMatchObject({
    errorType: "RequestEntityTooLargeException",
  });
  expect(value(await pool.invoke('{"length":7000000}'))).toMatchObject({
    errorType: "Function.ResponseSizeTooLarge",
  });
});

it("what a function prints reaches the log, each line one JSON object", async () => {
  const { pool, output } = await poolOf(`export const handler = async () => {
    console.log(JSON.stringify({ whole: 1 }));
    console.error('a warning\\n  over two lines');
    console.log('{ no object');
  };`);
  expect(value(await pool.invoke("{}"))).toBeNull();
  const lines = () => output.map((line) => JSON.parse(line.trimEnd()) as Record<string, unknown>);
  await expect.poll(() => lines().length).toBe(4);
  expect(lines()).toContainEqual({ whole: 1 });
  for (const message of ["a warning", "  over two lines", "{ no object"])
    expect(lines()).toContainEqual(expect.objectContaining({ message, level: "INFO" }));
});

it("closing ends what runs and what waits", async () => {
  const { pool } = await poolOf("export const handler = () => new Promise(() => {});", {}, 1);
  const invocations = [pool.invoke("{}"), pool.invoke("{}")];
  await new Promise((resolve) => setTimeout(resolve, 100));
  await pool.close();
  for (const outcome of await Promise.all(invocations)) expect(outcome.ok).toBe(false);
});

it("gives each invocation the tracing header of its chain of requests, for the SDK to send on", async () => {
  const { pool } = await poolOf("export const handler = async () => process.env._X_AMZN_TRACE_ID;");
  const first = value(await pool.invoke("{}")) as string;
  expect(first).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=0;Lineage=[0-9a-f]{8}:1$/);
  const { header, invocations } = traceOf(pool.definition.arn, first);
  expect(invocations).toBe(2);
  const second = value(await pool.invoke("{}", "synchronous", header)) as string;
  expect(second).toBe(first.replace(":1", ":2"));
  expect(traceOf("another", second).header).toMatch(/Lineage=[0-9a-f]{8}:2\|[0-9a-f]{8}:1$/);
});
