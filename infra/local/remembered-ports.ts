import { readFile } from "node:fs/promises";
import { replaceFile } from "./replace-file.ts";
import { StartFailure } from "./start-failure.ts";

/** The ports of the last run: presigned URLs and queue URLs name them, so they are taken again when free. */
export interface Ports {
  readonly gateway: number;
  readonly s3: number;
  readonly json: number;
}

export async function readPorts(file: string): Promise<Partial<Ports>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  try {
    return JSON.parse(text) as Partial<Ports>;
  } catch {
    throw new StartFailure(`${file} is broken: delete it (the ports of the last run are then forgotten)`);
  }
}

export const rememberPorts = (file: string, ports: Ports): Promise<void> =>
  replaceFile(file, `${JSON.stringify(ports)}\n`);
