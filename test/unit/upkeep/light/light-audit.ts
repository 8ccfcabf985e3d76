import type { Image } from "../../../../shared/images/domain/image.ts";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import {
  type LightAudit,
  QuarantineBrake,
} from "../../../../shared/upkeep/operations/audit/light/light-ports.ts";
import type { Decision } from "../../../../shared/upkeep/operations/job-run.ts";
import { demo } from "../../../fakes/images/service.ts";
import { HOUR, reaperService } from "../../../fakes/upkeep/reaper.ts";

export const data = Buffer.from("0123456789");

const unused = async () => {
  throw new Error("a check of one thing walks over no records");
};

/** One run of the light audit, as its checks see it, on memory ports. */
export function lightAudit({ mayDelete = true, most = 100 } = {}) {
  const service = reaperService();
  const { ports, metadata } = service;
  let found = 0;
  const audit: LightAudit = {
    ports: {
      ...ports,
      images: metadata.store,
      records: { walk: unused, look: unused, faultsOf: unused },
      sleep: async () => undefined,
      settings: { ...service.ports.settings },
    },
    brake: new QuarantineBrake(0, most),
    mayDelete,
    found: () => {
      found++;
    },
  };
  const current = async (id: string): Promise<Image> => {
    const image = await metadata.store.find(id);
    if (!image) throw new Error("no record");
    return image;
  };
  return {
    ...service,
    audit,
    waiting: () => found,
    current,
    findings: async () => (await ports.findings.list({ limit: 10 })).findings,
    /** An active image, old enough to be judged. */
    active: async (attributes: Partial<Image> = {}) => {
      const { id } = await service.queuedImage();
      await uploadImage(ports)(demo, id, data);
      const image = await change(id, attributes);
      service.pass(3 * HOUR);
      return { image, key: image.locations[0]?.key ?? "" };
    },
    change,
  };
  async function change(id: string, attributes: Partial<Image>): Promise<Image> {
    const before = await current(id);
    return (await metadata.store.commit({ image: { before, after: { ...before, ...attributes } } })).image;
  }
}

export async function done(decision: Promise<Decision | undefined>): Promise<unknown> {
  const found = await decision;
  if (!found) throw new Error("nothing was decided");
  return found.act();
}
