import type { Side } from "./sides.ts";
import { outcomeOf, send, type Wanted, type Wire } from "./signed-request.ts";

type Sign = (side: Side, wanted: Wanted) => Wire;
export const sent =
  (sign: Sign, wanted: Wanted, change: (wire: Wire) => Wire = (wire) => wire) =>
  async (side: Side) =>
    outcomeOf(await send(side, change(sign(side, wanted))));
export const withQuery = (change: (query: string) => string) => (wire: Wire) => ({
  ...wire,
  query: change(wire.query),
});
export const withHeaders = (headers: Record<string, string>) => (wire: Wire) => ({
  ...wire,
  headers: { ...wire.headers, ...headers },
});
export const without = (name: string) => (wire: Wire) => ({
  ...wire,
  headers: Object.fromEntries(Object.entries(wire.headers).filter(([other]) => other !== name)),
});
export const forge = (text: string): string =>
  text.replace(/(Signature=)(.)/, (_, name, digit) => `${name}${digit === "0" ? "1" : "0"}`);
