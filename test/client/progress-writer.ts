// A transfer that shows its progress for some seconds: what `imagectl upload` does, without a service.
import { Progress } from "../../client/terminal/progress.ts";

const total = 100 * 1024 ** 2;
const progress = new Progress({ label: "upload", total, form: "people", stream: process.stderr });
for (let tick = 0; tick < 40; tick++) {
  await new Promise((wake) => setTimeout(wake, 100));
  progress.moving(1, total / 50);
  if (tick === 30) {
    progress.clear();
    process.stderr.write("a note in between\n");
  }
}
progress.stop();
