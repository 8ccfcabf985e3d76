// Sends messages until it is killed; prints the number of each one that was acknowledged.
import { openSqs } from "../emulators/sqs/open-sqs.ts";
import { noFaults } from "../faults.ts";
import { queueNamed } from "./queue-definition.ts";

const queue = queueNamed("work");
const sqs = await openSqs({
  directory: process.argv[2] ?? "",
  queues: [queue],
  faults: noFaults,
  clock: Date.now,
});
for (let number = 0; ; number++) {
  await sqs.handle("SendMessage", { QueueUrl: queue.url, MessageBody: String(number) });
  process.stdout.write(`${number}\n`);
}
