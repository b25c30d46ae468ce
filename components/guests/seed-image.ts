/** Bytes of a logical sector of ISO 9660. */
const SECTOR = 2048;
/** Sectors before the first descriptor, which no reader looks into. */
const SYSTEM_AREA = 16;
/** Where what comes after the descriptor is, in sectors. */
const [PATH_TABLE_LITTLE, PATH_TABLE_BIG, ROOT, FIRST_FILE] = [17, 18, 19, 20] as const;
/** Sectors of a file at most: one more, and a byte of its length would be no ASCII. */
const LARGEST_FILE = 15;
/** Sectors of the whole: Linux looks for descriptors up to the hundredth (fs/isofs) and must find that many. */
const TOTAL = 117;
/** Bytes of the path table, which has one record: the root's. */
const PATH_TABLE_BYTES = 10;

/** Bytes of an image, which the upload is filled up to with blanks. */
export const SEED_IMAGE_BYTES = TOTAL * SECTOR;

/**
 * Cloud-init's NoCloud seed as an ISO 9660 image, all of it ASCII: what the provider uploads is a text in the state, which no byte above
 * 127 survives. Therefore lengths are multiples of a sector, there are fewer than 128 sectors, and what ends the list of descriptors is
 * left out: its first byte is 255. Linux and blkid do without it; libarchive and libisofs do not.
 *
 * @param files contents by name, ASCII
 * @returns the image up to its last file; blanks up to {@link SEED_IMAGE_BYTES} belong to it
 * @throws {Error} when a file is not ASCII, or there is no room for all
 */
export function seedImage(files: Readonly<Record<string, string>>): string {
  const contents = Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, content]) => ({ name, content: filled(name, content) }));
  let next: number = FIRST_FILE;
  const records = contents.map(({ name, content }) => {
    const extent = next;
    next += content.length / SECTOR;
    return directoryRecord(name, extent, content.length, false);
  });
  if (next > TOTAL) throw new Error(`the seed has ${next} sectors, at most ${TOTAL} fit`);
  const root = (name: string): string => directoryRecord(name, ROOT, SECTOR, true);
  return [
    " ".repeat(SYSTEM_AREA * SECTOR),
    descriptor(root("\0")),
    sector(pathTable(little(ROOT, 4))),
    sector(pathTable(big(ROOT, 4))),
    // A zero where a record would begin ends the directory.
    sector([root("\0"), root("\x01"), ...records, "\0"].join("")),
    ...contents.map(({ content }) => content),
  ].join("");
}

/** Line ends up to the next sector: YAML and Linux' configuration files have no meaning for them. */
function filled(name: string, content: string): string {
  if (Buffer.byteLength(content) !== content.length) throw new Error(`${name} holds a character that is not ASCII`);
  const sectors = Math.max(1, Math.ceil(content.length / SECTOR));
  if (sectors > LARGEST_FILE) throw new Error(`${name} has ${content.length} bytes, at most ${LARGEST_FILE * SECTOR} fit`);
  return content.padEnd(sectors * SECTOR, "\n");
}

/** The primary volume descriptor, ECMA-119 8.4. */
function descriptor(root: string): string {
  const unknown = (length: number): string => " ".repeat(length);
  const noDate = `${"0".repeat(16)}\0`;
  return [
    "\x01CD001\x01\0",
    unknown(32),
    "cidata".padEnd(32),
    "\0".repeat(8),
    both(TOTAL, 4),
    "\0".repeat(32),
    both(1, 2),
    both(1, 2),
    both(SECTOR, 2),
    both(PATH_TABLE_BYTES, 4),
    little(PATH_TABLE_LITTLE, 4),
    "\0".repeat(4),
    big(PATH_TABLE_BIG, 4),
    "\0".repeat(4),
    root,
    unknown(4 * 128 + 3 * 37),
    noDate.repeat(4),
    "\x01\0",
    unknown(512),
    "\0".repeat(653),
  ].join("");
}

/** The root and nothing else, ECMA-119 9.4. */
function pathTable(extent: string): string {
  const parent = extent.startsWith("\0") ? big(1, 2) : little(1, 2);
  return `\x01\0${extent}${parent}\0\0`;
}

/** A file or folder in its folder, ECMA-119 9.1; made on the first of January 2000. */
function directoryRecord(name: string, extent: number, length: number, isFolder: boolean): string {
  const identifier = name.length % 2 === 0 ? `${name}\0` : name;
  const date = "\x64\x01\x01\0\0\0\0";
  const record = [
    "\0",
    both(extent, 4),
    both(length, 4),
    date,
    isFolder ? "\x02" : "\0",
    "\0\0",
    both(1, 2),
    String.fromCharCode(name.length),
    identifier,
  ].join("");
  return String.fromCharCode(record.length + 1) + record;
}

function sector(content: string): string {
  return content.padEnd(SECTOR, " ");
}

/** A number in both byte orders, as ECMA-119 has most of them. */
function both(value: number, bytes: number): string {
  return little(value, bytes) + big(value, bytes);
}

function little(value: number, bytes: number): string {
  return bytesOf(value, bytes).join("");
}

function big(value: number, bytes: number): string {
  return bytesOf(value, bytes).reverse().join("");
}

/** The lowest byte first, each as a character. */
function bytesOf(value: number, bytes: number): string[] {
  return Array.from({ length: bytes }, (_, index) => String.fromCharCode((value >> (8 * index)) & 0xff));
}
