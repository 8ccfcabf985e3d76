import type { Settings } from "../../../settings.ts";
import type { Image } from "../../domain/image.ts";
import type { ExpectedChecksum, FetchState, ImportWork } from "../../domain/import-work.ts";
import { withLimits } from "../../domain/limits.ts";
import { checkMetadataSize } from "../../domain/metadata-size.ts";
import { checkAddedProperties } from "../../domain/quota.ts";
import { type ImportSource, ImportSourceFailed } from "../../ports/import-source.ts";
import type { RemoteGlance, RemoteImage } from "../../ports/remote-glance.ts";
import { limitsOf } from "../quotas/limits-of.ts";
import { changeImport, type ImportState } from "./change-import.ts";
import { askPatiently } from "./fetch-part.ts";
import type { FetchingPorts, FetchRun } from "./fetch-ports.ts";
import { ImportFailed } from "./import-errors.ts";

function remoteWith({ remote }: FetchingPorts, token: string | undefined): readonly [RemoteGlance, string] {
  if (!remote)
    throw new ImportFailed("glance-download needs a Keystone (keystone_auth_url), whose catalog it reads.");
  if (token === undefined)
    throw new ImportFailed("The login of this import is not there any more: import it again.");
  return [remote, token];
}

/** Data at another Glance, for whoever asked for the import. */
export function remoteSource(ports: FetchingPorts, token: string | undefined): ImportSource {
  const [remote, known] = remoteWith(ports, token);
  return remote.source(known);
}

const algorithms: ReadonlyMap<string, ExpectedChecksum["algorithm"]> = new Map(
  (["md5", "sha224", "sha256", "sha384", "sha512"] as const).map((name) => [name, name]),
);

/** The hash that the other Glance knows of the data: by it a change of it is seen, as its parts have no mark. */
function hashOf({ os_hash_algo, os_hash_value, checksum }: RemoteImage): ExpectedChecksum | undefined {
  const algorithm = algorithms.get(os_hash_algo ?? "");
  if (algorithm && os_hash_value) return { algorithm, value: os_hash_value };
  return checksum ? { algorithm: "md5", value: checksum } : undefined;
}

/** The properties that an image takes over: those that begin as the settings say. */
const takenOver = ({ properties }: RemoteImage, beginnings: readonly string[]) =>
  Object.entries(properties).filter(
    ([name]) => beginnings.some((beginning) => name.startsWith(beginning)) && !name.startsWith("os_glance"),
  );

/** The image with what it takes over, and what gives its attributes back. */
function changed(image: Image, remote: RemoteImage, beginnings: readonly string[]) {
  const taken = takenOver(remote, beginnings);
  const set = taken.map(([name]) => name);
  const before = Object.entries(image.properties).filter(([name]) => set.includes(name));
  const { disk_format, container_format } = remote;
  const properties = { ...image.properties, ...Object.fromEntries(taken) };
  const restore: NonNullable<ImportWork["restore"]> = {
    ...{ disk_format: image.disk_format, container_format: image.container_format },
    ...{ properties: Object.fromEntries(before), set },
  };
  return { after: { ...image, disk_format, container_format, properties }, restore };
}

/** What is taken over is bounded as what callers set themselves. Throws TooLarge. */
function checkTaken(before: Image, after: Image, { image_property_quota }: Settings): void {
  checkAddedProperties(before, after, image_property_quota);
  checkMetadataSize(before, after);
}

/**
 * Looks at an image of another Glance with the login of whoever asked for the import: its attributes come first, the
 * formats among them, and are given back if the import fails. Its data must be as long as it says, and have its hash.
 */
export async function lookAtRemote(
  ports: FetchingPorts,
  state: ImportState,
  { token, hasTime }: FetchRun,
): Promise<ImportState> {
  const { settings, limits, pause } = ports;
  const patience = { hasTime, ...(pause && { pause }) };
  const [glance, login] = remoteWith(ports, token);
  const {
    glance_image_id = "",
    glance_region = "",
    glance_service_interface = "public",
  } = state.task.import.method;
  const place = { imageId: glance_image_id, region: glance_region, access: glance_service_interface };
  const remote = await askPatiently(() => glance.find(place, login), patience);
  if (remote.status !== "active")
    throw new ImportSourceFailed(`The image ${glance_image_id} is ${remote.status} there, not active.`);
  const facts = await askPatiently(() => glance.source(login).probe(remote.dataUrl), patience);
  if (remote.size !== null && facts.size !== undefined && facts.size !== remote.size)
    throw new ImportSourceFailed(
      `The image is said to have ${remote.size} bytes there, and has ${facts.size}.`,
    );
  const projectLimits = await limitsOf(limits, state.image);
  const asked = { image_stage_total: facts.size ?? null, image_count_uploading: 0 };
  return changeImport(ports, { taskId: state.task.id }, ({ image, task }) => {
    if (task.import.fetch?.facts) return undefined;
    const { after, restore } = changed(image, remote, settings.extra_properties);
    checkTaken(image, after, settings);
    const fetch: FetchState = { round: 0, ...task.import.fetch, facts };
    // No event: who fetches writes none, and the import's end tells of the image as it is then.
    return {
      image: after,
      work: {
        fetch,
        method: { ...task.import.method, uri: remote.dataUrl },
        expected: task.import.expected ?? hashOf(remote),
        restore,
      },
      ...withLimits(image.owner, projectLimits, asked),
    };
  });
}
