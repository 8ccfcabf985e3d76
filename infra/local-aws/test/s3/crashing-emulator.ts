// An emulator in a process of its own, so that a crash point can kill it: DIRECTORY CRASH-POINT, prints its port.
import { startS3 } from "../../emulators/s3/start-s3.ts";
import { operator, region } from "./principals-under-test.ts";

const [directory = "", crashAt = ""] = process.argv.slice(2);
const { port } = await startS3({
  directory,
  port: 0,
  region,
  buckets: [{ name: "images" }, { name: "cache" }],
  faults: { seed: 0, rate: 0, crashAt },
  judge: { principalOf: () => operator, allows: () => true },
  onCall: () => undefined,
});
console.log(port);
