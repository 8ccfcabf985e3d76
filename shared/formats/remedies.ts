/** How to make one self-contained file of an image that qemu-img can read together with the files it needs. */
export function convertWith(qemuFormat: string, target: "qcow2" | "vmdk"): string {
  const command = `qemu-img convert -f ${qemuFormat} -O ${target} FILE NEW`;
  return `Make it self-contained: ${command}, with the files that it needs in their places. Upload NEW as ${target}.`;
}
