import { readIfThere } from "../local-aws/read-if-there.ts";
import { replaceFile } from "../local-aws/replace-file.ts";

/** The ports of the last run: presigned URLs and queue URLs name them, so they are taken again when free. */
export interface Ports {
  readonly gateway: number;
  readonly s3: number;
  readonly json: number;
}

export function readPorts(file: string): Partial<Ports> {
  const text = readIfThere(file);
  return text === undefined ? {} : portsIn(text);
}

const isPort = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) <= 65_535;

/** What of the file can be read: without it other ports are taken, and only URLs signed before are lost. */
function portsIn(text: string): Partial<Ports> {
  try {
    const { gateway, s3, json } = (JSON.parse(text) ?? {}) as Record<string, unknown>;
    return {
      ...(isPort(gateway) && { gateway }),
      ...(isPort(s3) && { s3 }),
      ...(isPort(json) && { json }),
    };
  } catch {
    return {};
  }
}

export const rememberPorts = (file: string, ports: Ports): Promise<void> =>
  replaceFile(file, `${JSON.stringify(ports)}\n`);
