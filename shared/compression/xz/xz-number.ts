import { xzDamaged } from "./xz-damaged.ts";

const MAX_BYTES = 9;

/** Takes the bytes of a number one by one, and says it at its last one (xz-file-format 1.2). */
export function xzNumber(): (byte: number) => number | undefined {
  let value = 0;
  let index = 0;
  return (byte) => {
    value += (byte & 0x7f) * 2 ** (7 * index);
    if ((byte === 0 && index > 0) || ++index > MAX_BYTES || !Number.isSafeInteger(value))
      throw xzDamaged("a number in it is none");
    return byte < 0x80 ? value : undefined;
  };
}
