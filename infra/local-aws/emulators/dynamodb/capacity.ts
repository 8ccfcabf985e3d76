/** Read units of one item or page: 1 for each 4 KB begun, half of it when eventually consistent. */
export const readUnits = (bytes: number, consistent = false): number =>
  Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);

/** Write units of one item: 1 for each 1 KB begun. */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024));

/** A transaction reads or writes each item twice (prepare, commit). */
export const transactionFactor = 2;

interface Usage {
  readonly tableName: string;
  /** Set when a secondary index was used rather than the table. */
  readonly indexName?: string | undefined;
  readonly readUnits?: number;
  readonly writeUnits?: number;
}

type Units = { CapacityUnits: number };

/** What one call has used, also when it fails: a failed condition costs what the write would have cost. */
export class Meter {
  readonly #usages: Usage[] = [];

  add(usage: Usage): void {
    this.#usages.push(usage);
  }

  total(kind: "readUnits" | "writeUnits"): number {
    return this.#usages.reduce((sum, usage) => sum + (usage[kind] ?? 0), 0);
  }

  /** `ConsumedCapacity`, one entry a table. */
  consumed(detail: "INDEXES" | "TOTAL"): Record<string, unknown>[] {
    const byTable = Map.groupBy(this.#usages, (usage) => usage.tableName);
    return [...byTable].map(([tableName, usages]) => {
      const indexUnits = new Map<string, number>();
      let table = 0;
      for (const usage of usages) {
        const units = (usage.readUnits ?? 0) + (usage.writeUnits ?? 0);
        if (usage.indexName === undefined) table += units;
        else indexUnits.set(usage.indexName, (indexUnits.get(usage.indexName) ?? 0) + units);
      }
      const total = [...indexUnits.values()].reduce((sum, units) => sum + units, table);
      const indexes: Record<string, Units> = Object.fromEntries(
        [...indexUnits].map(([name, CapacityUnits]) => [name, { CapacityUnits }]),
      );
      return {
        TableName: tableName,
        CapacityUnits: total,
        ...(detail === "INDEXES" && {
          Table: { CapacityUnits: table },
          ...(Object.keys(indexes).length > 0 && { GlobalSecondaryIndexes: indexes }),
        }),
      };
    });
  }
}
