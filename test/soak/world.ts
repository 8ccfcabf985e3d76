import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Person } from "./clients/person.ts";
import type { Source } from "./clients/source.ts";
import { Namespace } from "./oracle/namespace.ts";
import { Slot } from "./oracle/slot.ts";
import type { Service } from "./service/service.ts";

const SLOTS = 20;
const NAMESPACES = 3;

/** All that the steps of a run share. */
export class World {
  readonly people: Readonly<Record<"admin" | "demo" | "alt", Person>>;
  readonly slots: Slot[];
  readonly namespaces: readonly Namespace[];
  /** Images that nobody works on any more; what is believed of them must hold to the end. */
  readonly graves: Slot[] = [];
  readonly counts = new Map<string, number>();
  bytes = 0;
  readonly #began = performance.now();

  readonly service: Service;
  readonly source: Source;
  readonly folder: string;

  constructor(service: Service, source: Source, folder: string) {
    this.service = service;
    this.source = source;
    this.folder = folder;

    const person = (name: "admin" | "demo" | "alt") => new Person(service, name);
    this.people = { admin: person("admin"), demo: person("demo"), alt: person("alt") };
    const record = (line: string) => this.#line(line);
    this.slots = Array.from({ length: SLOTS }, (_, n) => new Slot(n, n % 3 === 2 ? "alt" : "demo", record));
    this.namespaces = Array.from({ length: NAMESPACES }, (_, n) => new Namespace(`soak-${n}`, record));
    mkdirSync(join(folder, "machines"), { recursive: true });
  }

  /** Makes room for another image where this one is; what is believed of it must still hold. */
  bury(slot: Slot): void {
    this.graves.push(slot);
    this.slots[slot.n] = new Slot(slot.n, slot.owner, (line) => this.#line(line));
  }

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  /** With the seconds since the beginning. */
  #line(line: string): string {
    const full = `${((performance.now() - this.#began) / 1000).toFixed(1).padStart(7)} ${line}`;
    if (process.env.SOAK_TELL) console.log(full);
    return full;
  }

  /** What happens to everything. */
  tell(line: string): void {
    const full = this.#line(line);
    for (const slot of [...this.slots, ...this.namespaces]) slot.history.push(full);
  }

  /** The most bytes that a new image may have: an eighth of what is free. */
  mostBytes(): number {
    return Math.max(1000, Math.floor(this.service.disk.freeBytes() / 16));
  }
}
