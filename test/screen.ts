const ESCAPE = "\u001b";
const PARTS = new RegExp(`${ESCAPE}\\[\\??\\d*[A-Za-z]|[^${ESCAPE}]+`, "g");
/** Back to the beginning of a line so many above. */
const UP = new RegExp(`^${ESCAPE}\\[(\\d+)A$`);

/** A terminal, or (without a size) a file: what is written to it stands in lines. */
export class Screen {
  public readonly stream: NodeJS.WriteStream;
  public hasCursor = true;
  /** Most lines there ever were below what scrolled away. */
  public mostLines = 0;
  public widest = 0;
  private text: string[] = [];

  constructor(size?: { readonly columns: number; readonly rows: number }) {
    const write = (chunk: string): boolean => {
      this.take(chunk);
      return true;
    };
    this.stream = { ...size, isTTY: size !== undefined, write } as unknown as NodeJS.WriteStream;
  }

  /** What stands there now. */
  public lines(): string[] {
    return [...this.text];
  }

  private take(chunk: string): void {
    for (const [part] of chunk.matchAll(PARTS)) {
      const up = UP.exec(part)?.[1];
      if (up !== undefined) this.text.length = Math.max(0, this.text.length - Number(up));
      else if (part === `${ESCAPE}[?25l`) this.hasCursor = false;
      else if (part === `${ESCAPE}[?25h`) this.hasCursor = true;
      else if (!part.startsWith(ESCAPE)) this.add(part);
    }
  }

  private add(text: string): void {
    const lines = text.split("\n").slice(0, -1);
    this.text.push(...lines);
    this.mostLines = Math.max(this.mostLines, lines.length);
    this.widest = Math.max(this.widest, ...lines.map((line) => line.length));
  }
}
