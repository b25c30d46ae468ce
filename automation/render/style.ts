import pc from "picocolors";

/** Characters a picture is drawn with. */
export interface Glyphs {
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
  readonly horizontal: string;
  readonly vertical: string;
  readonly full: string;
  readonly reserved: string;
  readonly free: string;
  /** More than there is. */
  readonly over: string;
  readonly critical: string;
  readonly span: string;
  readonly instant: string;
  readonly marker: string;
  readonly controlPlane: string;
  readonly worker: string;
  readonly guest: string;
  readonly ok: string;
  readonly bad: string;
  readonly warning: string;
  readonly info: string;
  readonly arrow: string;
  readonly dash: string;
  readonly dot: string;
  readonly times: string;
  readonly ellipsis: string;
}

/** How to draw: the room there is, the characters, the colours. */
export interface Style {
  readonly columns: number;
  readonly glyphs: Glyphs;
  readonly colors: ReturnType<typeof pc.createColors>;
  /** Makes text from a stack file or a message fit to be shown: no control characters, and ASCII where only that is safe. */
  readonly safe: (text: string) => string;
}

const UNICODE: Glyphs = {
  topLeft: "┌",
  topRight: "┐",
  bottomLeft: "└",
  bottomRight: "┘",
  horizontal: "─",
  vertical: "│",
  full: "█",
  reserved: "▒",
  free: "░",
  over: "▚",
  critical: "█",
  span: "▒",
  instant: "│",
  marker: "▶",
  controlPlane: "◆",
  worker: "○",
  guest: "◇",
  ok: "✓",
  bad: "✗",
  warning: "!",
  info: "i",
  arrow: "→",
  dash: "–",
  dot: "·",
  times: "×",
  ellipsis: "…",
};

const ASCII: Glyphs = {
  topLeft: "+",
  topRight: "+",
  bottomLeft: "+",
  bottomRight: "+",
  horizontal: "-",
  vertical: "|",
  full: "#",
  reserved: "=",
  free: ".",
  over: "!",
  critical: "#",
  span: "=",
  instant: "|",
  marker: ">",
  controlPlane: "*",
  worker: "o",
  guest: "%",
  ok: "ok",
  bad: "x",
  warning: "!",
  info: "i",
  arrow: "->",
  dash: "-",
  dot: "-",
  times: "x",
  ellipsis: "~",
};

/** What messages may contain beyond ASCII, and what stands for it. */
const TRANSLITERATION: Readonly<Record<string, string>> = {
  "–": "-",
  "—": "-",
  "…": "...",
  "→": "->",
  "×": "x",
  "·": "-",
  "≥": ">=",
  "≤": "<=",
  "’": "'",
  "“": '"',
  "”": '"',
};

/** The choices behind a {@link Style}. */
export interface StyleOptions {
  readonly columns: number;
  readonly unicode: boolean;
  readonly color: boolean;
}

/** Widest picture: longer lines are hard to read, however wide the terminal is. */
const MAX_COLUMNS = 140;
const MIN_COLUMNS = 40;

/** A style for a terminal of `columns` cells. */
export function createStyle({ columns, unicode, color }: StyleOptions): Style {
  return {
    columns: Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, columns)),
    glyphs: unicode ? UNICODE : ASCII,
    colors: pc.createColors(color),
    safe: (text) => {
      const printable = text.replace(/\p{Cc}+/gu, " ");
      return unicode ? printable : printable.replace(/\P{ASCII}/gu, (character) => TRANSLITERATION[character] ?? character);
    },
  };
}

/** What decides how a stream is written to. */
export interface Terminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** What the user asked for on the command line. */
export interface StyleWishes {
  /** `false` after `--no-color`. */
  readonly color: boolean;
  readonly ascii: boolean;
}

/** The style for a stream: a terminal gets colours, a pipe plain text, and what the environment says holds for both. */
export function detectStyle(stream: Terminal, env: NodeJS.ProcessEnv, wishes: StyleWishes): Style {
  const columns = stream.columns ?? Number.parseInt(env["COLUMNS"] ?? "", 10);
  const noColor = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return createStyle({
    columns: columns > 0 ? columns : 100,
    unicode: !wishes.ascii && speaksUtf8(env),
    color: wishes.color && !noColor && stream.isTTY === true,
  });
}

/** The first of the three that is set decides, as in setlocale(3). */
function speaksUtf8(env: NodeJS.ProcessEnv): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((value) => value !== undefined && value !== "");
  if (locale === undefined) return process.platform === "win32" || process.platform === "darwin";
  return /utf-?8/i.test(locale);
}
