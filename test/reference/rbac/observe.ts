import { type CallerName, callers } from "./callers.ts";
import { type ImageVariant, nameOf } from "./image-variant.ts";
import {
  type CreateOperation,
  createOperations,
  type ImageOperation,
  imageOperations,
  type ListOperation,
  listedImages,
  listOperations,
  servicePaths,
} from "./operations.ts";
import type { Server } from "./server.ts";

/** What one caller got for one operation: a status code, for lists also whether the image was there. */
export interface Cell {
  readonly caller: CallerName;
  readonly operation: string;
  readonly image?: ImageVariant;
  readonly outcome: string;
}

export const titleOf = ({ caller, operation, image }: Cell): string =>
  `${caller}: ${operation}${image ? `, ${nameOf(image)}` : ""}`;

type Images = ReadonlyMap<ImageVariant, string>;

const isSuccess = (status: number): boolean => status < 300;

async function observeImage(
  server: Server,
  { name, request, leaves }: ImageOperation,
  image: ImageVariant,
  lasting: Images,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  let id = leaves ? undefined : lasting.get(image);
  for (const caller of callers) {
    id ??= await server.make(image);
    const { status } = await server.ask(caller, request(id, server.callers.projects));
    cells.push({ caller, operation: name, image, outcome: String(status) });
    if (!leaves || !isSuccess(status)) continue;
    if (leaves === "other attributes") await server.restore(id, image);
    else id = undefined;
  }
  return cells;
}

async function observeCreate(server: Server, { name, body }: CreateOperation): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const caller of callers) {
    const request = { method: "POST", path: "", body: body(server.callers.projects) } as const;
    const { status } = await server.ask(caller, request);
    cells.push({ caller, operation: name, outcome: String(status) });
  }
  return cells;
}

async function observePath(server: Server, path: string): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const caller of callers) {
    const { status } = await server.ask(caller, { method: "GET", path });
    cells.push({ caller, operation: `GET ${path}`, outcome: String(status) });
  }
  return cells;
}

async function listAll(server: Server, caller: CallerName, query: string) {
  const ids = new Set<string>();
  let path: string | undefined = `?limit=1000${query}`;
  while (path !== undefined) {
    const { status, body } = await server.ask(caller, { method: "GET", path });
    if (!isSuccess(status)) return { status, ids };
    const page = body as { images: { id: string }[]; next?: string };
    for (const { id } of page.images) ids.add(id);
    path = page.next?.slice(page.next.indexOf("?"));
  }
  return { status: 200, ids };
}

async function observeList(server: Server, { name, query }: ListOperation, images: Images): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const caller of callers) {
    const { status, ids } = await listAll(server, caller, query(server.callers.projects));
    for (const [image, id] of images) {
      const outcome = isSuccess(status) ? `${status}, ${ids.has(id) ? "listed" : "not listed"}` : `${status}`;
      cells.push({ caller, operation: name, image, outcome });
    }
  }
  return cells;
}

/**
 * Fills the matrix for one server, with so many questions asked at a time. The reference takes one: its sqlite
 * answers "database is locked", a 500, to writers at the same time.
 */
export async function observe(server: Server, concurrency: number): Promise<Cell[]> {
  const lasting = new Map<ImageVariant, string>();
  for (const image of listedImages) lasting.set(image, await server.make(image));

  const questions = [
    ...listOperations.map((operation) => () => observeList(server, operation, lasting)),
    ...createOperations.map((operation) => () => observeCreate(server, operation)),
    ...servicePaths.map((path) => () => observePath(server, path)),
    ...imageOperations.flatMap((operation) =>
      operation.images.map((image) => () => observeImage(server, operation, image, lasting)),
    ),
  ];
  const cells: Cell[] = [];
  const work = async () => {
    for (let ask = questions.pop(); ask; ask = questions.pop()) cells.push(...(await ask()));
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return cells;
}
