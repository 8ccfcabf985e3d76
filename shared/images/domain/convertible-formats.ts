/** Values of disk_format that name what can be read and written anew as another one. */
export const convertibleFormats = ["raw", "qcow2", "vmdk", "vdi", "vhd", "vhdx", "ploop"] as const;
export type ConvertibleFormat = (typeof convertibleFormats)[number];

export const isConvertible = (format: string | null): format is ConvertibleFormat =>
  (convertibleFormats as readonly (string | null)[]).includes(format);
