import { open } from "node:fs/promises";
import type { ImageClient } from "../runtime/image-client.ts";

/** What an upload costs at the least: the same parts, read and PUT by `parallel` loops, nothing hashed. Seconds. */
export async function bareParallelPut(
  demo: ImageClient,
  file: string,
  size: number,
  partBytes: number,
  parallel: number,
): Promise<number> {
  const id = await demo.create();
  const base = `/v2/images/${id}/transfers`;
  const opened = await demo.fetch(base, { method: "POST", body: JSON.stringify({ size }) });
  const { id: transfer } = (await opened.json()) as { id: string };
  const handle = await open(file, "r");
  const count = Math.ceil(size / partBytes);
  const began = performance.now();
  let next = 1;
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      const buffer = Buffer.alloc(partBytes);
      while (next <= count) {
        const number = next++;
        const length = Math.min(partBytes, size - (number - 1) * partBytes);
        const body = JSON.stringify({ parts: [{ number, size: length }] });
        const signed = await demo.fetch(`${base}/${transfer}/parts`, { method: "POST", body });
        const { parts } = (await signed.json()) as { parts: { url: string }[] };
        await handle.read(buffer, 0, length, (number - 1) * partBytes);
        const put = await fetch(parts[0]?.url ?? "", { method: "PUT", body: buffer.subarray(0, length) });
        if (put.status !== 200) throw new Error(`part ${number}: ${put.status} ${await put.text()}`);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  await handle.close();
  await demo.fetch(`${base}/${transfer}`, { method: "DELETE" });
  return seconds;
}
