import { afterAll, beforeAll, it } from "vitest";
import { requireReference } from "../../reference/differential/reference.ts";
import { keystoneUrl } from "../../reference/rbac/callers.ts";
import { createMachine, type Machine } from "../imagectl-process.ts";
import { type Mirroring, mirrored, refusesOtherBytes } from "./mirror-lives.ts";
import { type Publisher, startPublisher } from "./publisher.ts";

/* imagectl mirror in front of a Glance as OpenStack has it: it compares no checksums, so imagectl does. */

let [publisher, machine]: [Publisher, Machine] | [] = [];
const mirroring = (): Mirroring => {
  if (!publisher || !machine) throw new Error("not ready");
  return { publisher, machine, parallel: 1 };
};
beforeAll(async () => {
  await requireReference();
  // One of the ports that the reference may import from.
  publisher = await startPublisher(8097);
  machine = createMachine({
    OS_AUTH_URL: keystoneUrl,
    OS_USERNAME: "demo",
    OS_PASSWORD: "demo",
    OS_PROJECT_NAME: "demo",
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_DOMAIN_NAME: "Default",
  });
});
afterAll(async () => {
  if (machine && publisher) {
    const ids = [...(await mirrored(mirroring())).values()].map(({ id }) => String(id));
    if (ids.length > 0) await machine.run("image", "delete", ...ids);
  }
  await publisher?.close();
  machine?.remove();
});

it("refuses bytes that are not the published ones", () => refusesOtherBytes(mirroring()));
