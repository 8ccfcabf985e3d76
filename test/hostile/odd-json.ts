import type { Scene } from "./attack.ts";
import { damaged } from "./drawn-text.ts";

/** JSON that is too deep, too long, doubled, or in another encoding than it must be. */
export function oddJson({ random }: Scene, usual: string): Buffer {
  const depth = 10 + random.below(20_000);
  const texts: readonly (() => Buffer)[] = [
    () => damaged(random, Buffer.from(usual)),
    () => damaged(random, Buffer.from(usual)),
    () => Buffer.from(usual, "utf16le"),
    () => Buffer.from(`\ufeff${usual}`),
    () => Buffer.from("[".repeat(depth) + "]".repeat(depth)),
    () => Buffer.from(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`),
    () => Buffer.from(`{"name":"one","name":"two","min_ram":"x","min_ram":1}`),
    () => Buffer.from(`{"min_ram":${"9".repeat(1 + random.below(400))}}`),
    () => Buffer.from(`{"name":"\\ud800"}`),
    () => Buffer.from(`{${Array.from({ length: 3000 }, (_, at) => `"k${at}":""`)}}`),
    () => Buffer.from(JSON.stringify({ name: "x".repeat(random.below(700_000)) })),
  ];
  return random.pick(texts)();
}
