import { crc32c } from "../../../shared/formats/crc32c.ts";
import { big, type Drawing, latin1, little, type Piece } from "./drawn-image.ts";

export const MiB = 1024 * 1024;
/** The virtual size of every sample that states one. */
export const DISK_BYTES = 10 * MiB;

/** The drawing with more pieces on it; `size` if it should grow or be cut. */
export function withPieces({ size, pieces }: Drawing, added: readonly Piece[], newSize = size): Drawing {
  return { size: newSize, pieces: [...pieces, ...added] };
}

export const qcow2 = (version = 3): Drawing => ({
  size: 256 * 1024,
  pieces: [
    [0, latin1("QFI\xfb")],
    [4, big(version, 4)],
    [20, big(16, 4)],
    [24, big(DISK_BYTES, 8)],
  ],
});

export const qed = (): Drawing => ({ size: 4096, pieces: [[0, latin1("QED\0")]] });

/** A footer of Hyper-V. Type 3 is a dynamic disk. */
const vhdFooter = (offset: number, type: number): Piece[] => [
  [offset, latin1("conectix")],
  [offset + 16, big(512, 8)],
  [offset + 28, latin1("win ")],
  [offset + 40, big(DISK_BYTES / 2, 8)],
  [offset + 48, big(DISK_BYTES, 8)],
  [offset + 60, big(type, 4)],
];

/** A dynamic VHD that was made with half the size and grown since. */
export const vhd = (): Drawing => ({
  size: 4096,
  pieces: [...vhdFooter(0, 3), [512, latin1("cxsparse")], ...vhdFooter(VHD_END, 3)],
});
/** Where the sample VHD keeps its footer. */
export const VHD_END = 4096 - 512;

export const fixedVhd = (disk: Drawing = partitioned(linux)): Drawing =>
  withPieces(disk, vhdFooter(disk.size, 2), disk.size + 512);

export const vdi = (): Drawing => ({
  size: 4096,
  pieces: [
    [0x40, little(0xbeda107f, 4)],
    [0x44, little(0x00010001, 4)],
    [0x4c, little(1, 4)],
    [0x170, little(DISK_BYTES, 8)],
  ],
});

export const parallels = (magic = "WithouFreSpacExt"): Drawing => ({
  size: MiB,
  pieces: [
    [0, latin1(magic)],
    [16, little(2, 4)],
    [36, little(DISK_BYTES / 512, 8)],
  ],
});

export const bochs = (subtype = "Growing"): Drawing => ({
  size: 4096,
  pieces: [
    [0, latin1("Bochs Virtual HD Image")],
    [32, latin1("Redolog")],
    [48, latin1(subtype)],
  ],
});

export const cloop = (): Drawing => ({
  size: 4096,
  pieces: [
    [0, latin1("#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n")],
  ],
});

export const luks = (version = 1): Drawing => ({
  size: DISK_BYTES + 4096 * 512,
  pieces: [
    [0, latin1("LUKS\xba\xbe")],
    [6, big(version, 2)],
    [104, big(4096, 4)],
  ],
});

export const iso = (identifier = "CD001", type = 1): Drawing => ({
  size: DISK_BYTES,
  pieces: [
    [32768, little(type, 1)],
    [32769, latin1(identifier)],
    [32848, little(DISK_BYTES / 2048, 4)],
    [32896, little(2048, 2)],
  ],
});

export interface Partition {
  readonly boot?: number;
  readonly type: number;
  readonly chs?: string;
  readonly lba?: number;
}

export const linux: Partition = { boot: 0x80, type: 0x83, chs: "\x20\x21\x00", lba: 2048 };
export const protective: Partition = { type: 0xee, chs: "\x00\x02\x00", lba: 1 };

/** A disk with an MBR; a protective partition alone in slot 0 makes it a GPT disk. */
export const partitioned = (...slots: readonly Partition[]): Drawing => ({
  size: DISK_BYTES,
  pieces: [
    [510, latin1("\x55\xaa")],
    ...slots.flatMap(({ boot = 0, type, chs = "\0\0\0", lba = 0 }, slot): Piece[] => [
      [446 + 16 * slot, little(boot, 1)],
      [447 + 16 * slot, latin1(chs)],
      [450 + 16 * slot, little(type, 1)],
      [454 + 16 * slot, little(lba, 4)],
    ]),
  ],
});

const METADATA_REGION = "06a27c8b90479a4bb8fe575f050f886e";
const FILE_PARAMETERS = "3767a1ca36fa434db3b633f0aa44e76b";
const VIRTUAL_DISK_SIZE = "2442a52f1bcd7648b2115dbed83bf4b8";
/** Where the sample VHDX keeps its metadata region. */
export const VHDX_METADATA = 2 * MiB;
export const VHDX_HEADERS = [64 * 1024, 128 * 1024] as const;
export const VHDX_REGIONS = [192 * 1024, 256 * 1024] as const;

/** A header of 4 KiB with its checksum. `log`: whether there is a log to replay. */
export function vhdxHeader(sequence: number, log = false): Uint8Array {
  const header = new Uint8Array(4096);
  header.set(latin1("head"));
  header.set(little(sequence, 8), 8);
  header.set(little(log ? 1 : 0, 8), 48);
  header.set(little(crc32c(header), 4), 4);
  return header;
}

/** The same bytes in both region tables. */
export const inRegionTables = (offset: number, bytes: Uint8Array): Piece[] =>
  VHDX_REGIONS.map((table): Piece => [table + offset, bytes]);

export const vhdx = (): Drawing => ({
  size: 4 * MiB,
  pieces: [
    [0, latin1("vhdxfile")],
    [VHDX_HEADERS[0], vhdxHeader(7)],
    [VHDX_HEADERS[1], vhdxHeader(8)],
    ...inRegionTables(0, latin1("regi")),
    ...inRegionTables(8, little(2, 4)),
    ...inRegionTables(48, Buffer.from(METADATA_REGION, "hex")),
    ...inRegionTables(64, little(VHDX_METADATA, 8)),
    [VHDX_METADATA, latin1("metadata")],
    [VHDX_METADATA + 10, little(2, 2)],
    [VHDX_METADATA + 32, Buffer.from(FILE_PARAMETERS, "hex")],
    [VHDX_METADATA + 48, little(64 * 1024 + 8, 4)],
    [VHDX_METADATA + 52, little(8, 4)],
    [VHDX_METADATA + 64, Buffer.from(VIRTUAL_DISK_SIZE, "hex")],
    [VHDX_METADATA + 80, little(64 * 1024, 4)],
    [VHDX_METADATA + 84, little(8, 4)],
    [VHDX_METADATA + 64 * 1024, little(DISK_BYTES, 8)],
    [VHDX_METADATA + 64 * 1024 + 8, little(32 * MiB, 4)],
  ],
});

export const descriptor = (createType = "monolithicSparse", extent = 'RW 20480 SPARSE "disk.vmdk"'): string =>
  `# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType="${createType}"\n\n${extent}\n\nddb.adapterType = "ide"\n`;

const END_OF_STREAM_GRAIN_DIRECTORY = 0xffff_ffff_ffff_ffffn;

function sparseHeader(offset: number, grainDirectory: number | bigint): Piece[] {
  return [
    [offset, latin1("KDMV")],
    [offset + 4, little(3, 4)],
    [offset + 12, little(DISK_BYTES / 512, 8)],
    [offset + 20, little(128, 8)],
    [offset + 28, little(1, 8)],
    [offset + 36, little(20, 8)],
    [offset + 44, little(512, 4)],
    [offset + 48, little(21, 8)],
    [offset + 56, little(grainDirectory, 8)],
    [offset + 73, latin1("\n \r\n")],
  ];
}

export const vmdk = (text = descriptor()): Drawing => ({
  size: 64 * 1024,
  pieces: [...sparseHeader(0, 26), [512, latin1(text)]],
});

/** Where the sample stream keeps its three last sectors: footer marker, footer, end-of-stream marker. */
export const STREAM_END = MiB - 1536;

/** A VMDK as ESX exports it: the footer repeats the header and locates the grain directory. */
export const vmdkStream = (): Drawing => ({
  size: MiB,
  pieces: [
    ...sparseHeader(0, END_OF_STREAM_GRAIN_DIRECTORY),
    [512, latin1(descriptor("streamOptimized"))],
    [STREAM_END, little(1, 8)],
    [STREAM_END + 12, little(3, 4)],
    ...sparseHeader(STREAM_END + 512, 1000),
  ],
});

export const text = (content: string): Drawing => ({ size: content.length, pieces: [[0, latin1(content)]] });
