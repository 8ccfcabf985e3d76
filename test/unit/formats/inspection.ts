import { expect } from "vitest";
import { FormatRefused } from "../../../shared/formats/format-refused.ts";
import {
  type Inspection,
  type InspectionRequest,
  inspectImage,
} from "../../../shared/formats/inspect-image.ts";
import { type Drawing, DrawnImage } from "./drawn-image.ts";

const DEFAULTS = { containerFormat: "bare", requireMatch: true, gptNonFatal: [] };

export function inspect(
  drawing: Drawing,
  diskFormat: string,
  request: Partial<InspectionRequest> = {},
): Promise<Inspection> {
  return inspectImage(new DrawnImage(drawing), { ...DEFAULTS, diskFormat, ...request });
}

/** The refusal that inspecting must end in. */
export async function refusal(
  drawing: Drawing,
  diskFormat: string,
  request: Partial<InspectionRequest> = {},
): Promise<FormatRefused> {
  const outcome = await inspect(drawing, diskFormat, request).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(FormatRefused);
  return outcome as FormatRefused;
}

/** Expects the check to fail, under the format's own name and, hidden, under the name raw. */
export async function expectUnsafe(drawing: Drawing, format: string, message: RegExp): Promise<void> {
  for (const declared of [format, "raw"]) {
    for (const requireMatch of [true, false]) {
      const refused = await refusal(drawing, declared, { requireMatch });
      expect(refused.reason).toBe("Image failed safety checks");
      expect(refused.message).toMatch(message);
    }
  }
}

/** Expects the structure to be found broken. */
export async function expectMalformed(drawing: Drawing, format: string, message: RegExp): Promise<void> {
  const refused = await refusal(drawing, format);
  expect(refused.reason).toBe("Image format inspection failed");
  expect(refused.message).toMatch(message);
}
