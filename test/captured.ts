/** What a piece of work answered, and what it wrote meanwhile. */
export interface Captured<T> {
  readonly result: T;
  readonly stdout: string;
  readonly stderr: string;
}

/** Keeps what is written while some work is done. */
export async function captured<T>(work: () => Promise<T>): Promise<Captured<T>> {
  const texts = ["", ""];
  const streams = [process.stdout, process.stderr];
  const before = streams.map((stream) => stream.write.bind(stream));
  streams.forEach((stream, index) => {
    stream.write = (text: string | Uint8Array): boolean => {
      texts[index] = `${texts[index] ?? ""}${String(text)}`;
      return true;
    };
  });
  try {
    const result = await work();
    return { result, stdout: texts[0] ?? "", stderr: texts[1] ?? "" };
  } finally {
    for (const [index, write] of before.entries()) Object.assign(streams[index] ?? {}, { write });
  }
}
