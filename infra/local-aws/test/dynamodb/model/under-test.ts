import fc from "fast-check";
import type { TableDefinition } from "../../../emulators/dynamodb/table.ts";
import { sdkOn } from "../sdk-endpoint.ts";
import { temporaryDynamodb } from "../temporary-dynamodb.ts";

/** The SDK's client on an emulator of its own, and keys that no run has used before. */
export async function clientUnderTest(tables?: readonly TableDefinition[]) {
  const { client } = await sdkOn(await temporaryDynamodb(tables ? { tables: [...tables] } : {}));
  let count = 0;
  return { client, newKey: () => ({ pk: { S: `run-${count++}` }, sk: { S: "item" } }) };
}

const seed = Number(process.env.DYNAMODB_SEED ?? Date.now() % 2 ** 31);

/** Checks a property on so many drawn cases; DYNAMODB_SEED draws the same again, DYNAMODB_RUNS multiplies them. */
export async function holdsFor<Drawn>(
  runs: number,
  drawn: fc.Arbitrary<Drawn>,
  property: (one: Drawn) => Promise<void>,
): Promise<void> {
  console.log(`DYNAMODB_SEED=${seed}`);
  const numRuns = runs * Number(process.env.DYNAMODB_RUNS ?? 1);
  await fc.assert(fc.asyncProperty(drawn, property), { seed, numRuns, endOnFailure: false });
}

/** The name of the error that a call ended with; undefined when it went well. */
export const errorOf = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(
    () => undefined,
    (error: Error) => error.name,
  );
