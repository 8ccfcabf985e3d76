import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { dynamodbCheckpoints } from "../../../shared/upkeep/adapters/dynamodb/checkpoints.ts";
import { dynamodbSwitches } from "../../../shared/upkeep/adapters/dynamodb/switches.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { memoryCheckpoints } from "../../fakes/upkeep/memory-checkpoints.ts";
import { memorySwitches } from "../../fakes/upkeep/memory-switches.ts";
import { checkpointsContract, switchesContract } from "./upkeep-state.ts";

const documentsAt = async (rate: number) => {
  const service = await temporaryDynamodb({ faults: { seed: 11, rate } });
  return (await sdkOn(service, 6)).documents;
};

checkpointsContract("memory", async () => memoryCheckpoints());
switchesContract("memory", async () => memorySwitches());
for (const [day, rate] of [
  ["DynamoDB emulator", 0],
  ["DynamoDB emulator on a bad day", 0.2],
] as const) {
  checkpointsContract(day, async () => dynamodbCheckpoints(await documentsAt(rate), "images", "reaper"));
  switchesContract(day, async () => dynamodbSwitches(await documentsAt(rate), "images"));
}
