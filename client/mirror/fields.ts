import { ownValue } from "../../shared/own-value.ts";
import { UsageError } from "../command-line/failures.ts";
import { isMapping, type Mapping } from "../openstack/mapping.ts";
import { Moment, pythonText } from "../openstack/plain-scalars.ts";

/** Reads the members of one mapping of a file, and says where something is wrong. All throw UsageError. */
export class Fields {
  readonly #at: string;
  readonly #mapping: Mapping;

  constructor(value: unknown, at: string) {
    if (!isMapping(value)) throw new UsageError(`${at}: expected a mapping`);
    this.#mapping = value;
    this.#at = at;
  }

  get at(): string {
    return this.#at;
  }

  fault(name: string, expected: string): UsageError {
    return new UsageError(`${this.#at}: ${name} must be ${expected}`);
  }

  /** A name that nobody reads is a mistake in writing. */
  knows(names: readonly string[]): void {
    const unknown = Reflect.ownKeys(this.#mapping).find((key) => !names.some((name) => name === key));
    if (unknown !== undefined)
      throw new UsageError(`${this.#at}: unknown key ${String(unknown)}; there are ${names.join(", ")}`);
  }

  value(name: string): unknown {
    return ownValue(this.#mapping, name) ?? undefined;
  }

  /** Words and numbers as they are written. */
  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const text = value instanceof Moment ? value.text : pythonText(value);
    if (text === undefined || text === "") throw this.fault(name, "a text");
    return text;
  }

  needed(name: string): string {
    const text = this.text(name);
    if (text === undefined) throw new UsageError(`${this.#at}: ${name} is missing`);
    return text;
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.value(name) ?? otherwise;
    if (typeof value !== "boolean") throw this.fault(name, "true or false");
    return value;
  }

  count(name: string, otherwise: number, least = 0): number {
    const value = this.value(name);
    if (value === undefined) return otherwise;
    const number = typeof value === "bigint" ? Number(value) : Number.NaN;
    if (!(number >= least && number < 2 ** 31)) throw this.fault(name, `a whole number from ${least} on`);
    return number;
  }

  oneOf<Word extends string>(name: string, words: readonly Word[], otherwise: Word): Word {
    const text = this.text(name) ?? otherwise;
    const word = words.find((each) => each === text);
    if (word === undefined) throw this.fault(name, `one of ${words.join(", ")}`);
    return word;
  }

  url(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
      throw this.fault(name, "an http or https URL, which the image service fetches");
    return text;
  }

  list(name: string): readonly unknown[] {
    const value = this.value(name) ?? [];
    if (!Array.isArray(value)) throw this.fault(name, "a list");
    return value;
  }

  /** Custom properties: all of them texts; those that are null are left out. */
  properties(name: string): Record<string, string> {
    const value = this.value(name);
    if (value === undefined) return {};
    const fields = new Fields(value, `${this.#at}: ${name}`);
    const names = Object.keys(value as object);
    return Object.fromEntries(
      names.flatMap((each) => {
        const text = fields.text(each);
        return text === undefined ? [] : [[each, text]];
      }),
    );
  }
}
