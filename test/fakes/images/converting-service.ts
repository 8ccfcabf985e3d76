import { attendConversion } from "../../../shared/images/operations/imports/conversion/attend-conversion.ts";
import type { ConversionPorts } from "../../../shared/images/operations/imports/conversion/conversion-ports.ts";
import { convertImage } from "../../../shared/images/operations/imports/plugins/convert-image.ts";
import type { Settings } from "../../../shared/settings.ts";
import { importingService } from "./importing-service.ts";
import { memoryFolder, memoryWorkshops } from "./memory-workshops.ts";

/** The domain on memory ports, with the plugin `image_conversion` and a converter that stores parts of 100 bytes. */
export function convertingService(given: Partial<Settings> = {}) {
  const service = importingService({
    ...({ image_import_plugins: ["image_conversion"] } as unknown as Partial<Settings>),
    ...given,
  });
  const plugin = convertImage(service.ports.settings);
  service.plugins.set(plugin.name, plugin);
  const { work } = service;
  const folder = memoryFolder();
  const ports: ConversionPorts = {
    ...service.ports,
    workshops: memoryWorkshops(folder),
    lengthOf: () => 100,
    watchMs: 1,
  };
  const convert = (
    taskId: string,
    { others = {} as Partial<ConversionPorts>, stopping = new AbortController().signal } = {},
  ) => attendConversion({ ...ports, ...others })({ taskId }, stopping);
  /** Lets worker and converter do what waits in their queues, until nothing does. */
  const run = async (): Promise<string[]> => {
    const results: string[] = [];
    for (;;) {
      const [convertNext, importNext] = [work.converting.shift(), work.importing.shift()];
      if (convertNext) results.push(await convert(convertNext.taskId));
      if (importNext) results.push(await service.attend(importNext.taskId));
      if (!convertNext && !importNext) return results;
    }
  };
  return { ...service, folder, conversion: ports, convert, run };
}
