import { type Drawing, DrawnImage } from "../../unit/formats/drawn-image.ts";
import * as sample from "../../unit/formats/sample-images.ts";
import type { Attack, Family } from "../attack.ts";
import { refusedOrUnknown } from "../attack.ts";
import { damaged } from "../drawn-text.ts";
import { uploadFaults } from "../victim.ts";
import { written } from "../wire.ts";

const MOST_BYTES = 1024 * 1024;

const samples: readonly (readonly [format: string, drawing: Drawing])[] = [
  ["qcow2", sample.qcow2(2)],
  ["qcow2", sample.qcow2(3)],
  ["raw", sample.qed()],
  ["vhd", sample.vhd()],
  ["vhdx", sample.vhdx()],
  ["vmdk", sample.vmdk()],
  ["vmdk", sample.vmdkStream()],
  ["vmdk", sample.text(sample.descriptor("monolithicFlat"))],
  ["vdi", sample.vdi()],
  ["iso", sample.iso()],
  ["raw", sample.luks()],
  ["raw", sample.partitioned(sample.linux)],
  ["raw", sample.partitioned(sample.protective)],
];
const diskFormats = ["raw", "qcow2", "vmdk", "vdi", "vhd", "vhdx", "iso", "ami"];

/** Damaged images under any declared format: refused and forgotten, or kept exactly as they were sent. */
export const formats: Family = {
  name: "formats",
  draw: async ({ random, world, attacker }): Promise<Attack> => {
    const door = random.pick(["ingress", "gateway"] as const);
    const [format, drawing] = random.pick(samples);
    const declared = random.below(2) === 0 ? format : random.pick(diskFormats);
    const whole = await new DrawnImage(drawing).read(0, Math.min(drawing.size, MOST_BYTES));
    const data = damaged(random, whole);
    const id = await attacker.client.create({ disk_format: declared });
    const request = {
      method: "PUT",
      target: world.target(door, `/v2/images/${id}/file`),
      headers: [
        ["X-Auth-Token", attacker.client.token],
        ["Content-Type", "application/octet-stream"],
        ["Content-Length", String(data.length)],
      ] as const,
      body: data,
    };
    return {
      what: `PUT of a damaged ${format} of ${data.length} bytes as ${declared}`,
      door,
      method: "PUT",
      pieces: [written(request)],
      allowed: (answer) => refusedOrUnknown(answer) || answer.status === 204,
      after: async (outcome) => {
        const faults = await uploadFaults(attacker, id, data, outcome);
        await attacker.client.fetch(`/v2/images/${id}`, { method: "DELETE" });
        return faults;
      },
    };
  },
};
