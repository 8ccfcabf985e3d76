import { memoryFolder, memoryWorkshops, smallQcow2 } from "../../fakes/images/memory-workshops.ts";
import { workshopsContract } from "./workshops.ts";

workshopsContract("in memory", async () => {
  const folder = memoryFolder();
  return {
    begin: async () => memoryWorkshops(folder),
    files: async () => [...folder.files.keys()],
    image: async (disk, format) => (format === "qcow2" ? smallQcow2(disk) : disk),
  };
});
