import type { Policy } from "./policies.ts";
import { type Cell, cells, type FixtureName, fixtures, needsItsOwn, titleOf } from "./questions.ts";

export interface Service {
  /** Makes an image as an admin, under the default policy. */
  make(fixture: FixtureName): Promise<string>;
  ask(cell: Cell, id: string, listed: ReadonlyMap<string, string>): Promise<string>;
  usePolicy(policy: Policy | undefined): void;
}

/** By the titles of the cells. */
export type Answers = Readonly<Record<string, string>>;

/** These questions under one policy. Whatever is asked about is made before, under the defaults. */
export async function observe(
  service: Service,
  policy: Policy,
  isAsked: (cell: Cell) => boolean = () => true,
): Promise<Answers> {
  const asked = cells.filter(isAsked);
  service.usePolicy(undefined);
  const common = new Map<FixtureName, string>();
  for (const name of Object.keys(fixtures) as FixtureName[]) common.set(name, await service.make(name));
  const own = new Map<Cell, string>();
  for (const cell of asked)
    if (cell.fixture && needsItsOwn(cell)) own.set(cell, await service.make(cell.fixture));

  service.usePolicy(policy);
  const answers: [string, string][] = [];
  for (const cell of asked) {
    const id = own.get(cell) ?? (cell.fixture && common.get(cell.fixture)) ?? "";
    answers.push([titleOf(cell), await service.ask(cell, id, common)]);
  }
  service.usePolicy(undefined);
  return Object.fromEntries(answers);
}
