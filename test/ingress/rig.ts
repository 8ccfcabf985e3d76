import { afterEach } from "vitest";
import { type Ingress, type IngressOptions, startIngress } from "../../client/ingress/ingress.ts";
import type { LogFields } from "../../client/ingress/log.ts";
import { FakeService } from "./fake-service.ts";

const quick = { attempts: 4, baseMs: 2, capMs: 10 };

export interface Rig {
  readonly service: FakeService;
  readonly ingress: Ingress;
  readonly url: string;
  readonly log: ({ event: string } & LogFields)[];
}

const running: Rig[] = [];
afterEach(async () => {
  for (const { ingress, service } of running.splice(0)) {
    await ingress.close(0);
    await service.stop();
  }
});

/** An ingress in this process in front of a fake service; both are stopped after the test. */
export async function startRig(options: Partial<IngressOptions> = {}): Promise<Rig> {
  const service = await new FakeService().start();
  const log: Rig["log"] = [];
  const ingress = await startIngress({
    endpoint: service.endpoint,
    host: "127.0.0.1",
    port: 0,
    log: (event, fields) => log.push({ event, ...fields }),
    ...options,
    limits: {
      apiRetry: quick,
      partRetry: quick,
      poll: quick,
      drainMs: 2000,
      lingerMs: 100,
      ...options.limits,
    },
  });
  const rig = { service, ingress, url: ingress.url, log };
  running.push(rig);
  return rig;
}
