import type { Slot } from "../oracle/slot.ts";
import { bringBack, deactivation, member, patch, race, remove } from "../steps/change.ts";
import { create } from "../steps/create.ts";
import { debian } from "../steps/debian.ts";
import { imagectlDownload, imagectlUpload } from "../steps/imagectl.ts";
import { cache, copyImage, glanceDirect, location, storeDelete, webDownload } from "../steps/import.ts";
import { list, read, show, showMembers } from "../steps/look.ts";
import type { Step } from "../steps/step.ts";
import { transfer } from "../steps/transfer.ts";
import { put } from "../steps/upload.ts";
import type { Random } from "./random.ts";

const all = {
  ...{ create, put, transfer, imagectlUpload, webDownload, glanceDirect, location, debian },
  ...{ patch, race, member, remove, bringBack, deactivation, show, showMembers, read, imagectlDownload },
  ...{ copyImage, storeDelete, cache, list },
} as const satisfies Record<string, Step>;

export type StepName = keyof typeof all;
export const stepNamed = (name: StepName): Step => all[name];

type Weights = Readonly<Partial<Record<StepName, number>>>;

/** What is done to an image that has no data yet. */
const withoutData: Weights = {
  ...{ put: 26, transfer: 14, imagectlUpload: 5, webDownload: 11, glanceDirect: 9, location: 4, debian: 0.6 },
  ...{ patch: 8, race: 3, show: 8, remove: 2 },
};
const withData: Weights = {
  ...{
    patch: 16,
    race: 7,
    member: 12,
    showMembers: 6,
    remove: 13,
    deactivation: 4,
    show: 14,
    read: 16,
    put: 2,
  },
  ...{ imagectlDownload: 2.5, copyImage: 6, storeDelete: 3, cache: 3, debian: 0.4, list: 5, transfer: 1 },
};
const afterDeletion: Weights = { bringBack: 34, show: 12, create: 40, read: 4, remove: 4, patch: 3 };

/** Which step comes next for an image, by what is believed of it. */
export function drawStep(slot: Slot, random: Random): StepName {
  if (slot.id === "") return "create";
  const states = slot.beliefs.possible();
  const weights = states.every(({ life }) => life !== "live")
    ? afterDeletion
    : states.every(({ content }) => content === null)
      ? withoutData
      : withData;
  return random.weighed(weights as Record<StepName, number>);
}
