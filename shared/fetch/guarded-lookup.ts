import { type LookupAddress, lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { SourceForbidden } from "./fetch-errors.ts";

/** All addresses of a name; `node:dns` lookup with `all`. */
export type ResolveAll = (
  host: string,
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

const system: ResolveAll = (host, done) => systemLookup(host, { all: true, order: "verbatim" }, done);

/**
 * A look-up for connections that answers with allowed addresses only. What it answers is what is connected to: a name
 * that leads elsewhere a moment later changes nothing. Hosts that are addresses are never looked up.
 */
export function guardedLookup(isAllowed: (address: string) => boolean, resolve = system): LookupFunction {
  return (host, options, done) => {
    resolve(host, (error, found) => {
      const allowed = error ? [] : found.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (error || first === undefined) {
        const reason =
          error ?? new SourceForbidden(`The host ${host} leads to addresses that are not fetched from.`);
        // The callback's type has an address even for failures.
        done(reason, "", 0);
      } else if (options.all) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
}
