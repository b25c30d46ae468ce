import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { CommonOptions } from "../output";
import type { Style } from "../render/style";
import { detectStyle } from "../render/style";
import { isEnginesOwn, labelOf } from "../explanation";
import { shownEvent } from "../shown-event";
import type { EndedStep } from "./tracker";
import { Tracker } from "./tracker";
import type { StackView } from "./tree";
import { elapsed, frame, headline } from "./tree";
import { DONE } from "./verbs";

/** How a display is told what to show. */
export interface DisplayOptions extends CommonOptions {
  /** Print the engine's events as NDJSON instead. */
  readonly jsonEvents?: boolean;
}

/** What the display does with its surroundings; the real ones by default. */
export interface DisplayDoors {
  readonly stream?: NodeJS.WriteStream;
  /** Milliseconds. */
  readonly now?: () => number;
  readonly env?: NodeJS.ProcessEnv;
}

const REDRAW_MS = 200;
/** Without a terminal, seconds between two lines that say that it goes on. */
const HEARTBEAT_SECONDS = 30;
const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

/**
 * Shows on stderr how far operations of stacks are: a living tree in a terminal, a line for each change elsewhere, and the engine's
 * events where they were asked for.
 */
export class Display {
  private readonly views: StackView[] = [];
  private readonly style: Style;
  private readonly stream: NodeJS.WriteStream;
  private readonly now: () => number;
  private readonly mode: "tree" | "log" | "events";
  private readonly timer: NodeJS.Timeout;
  /** Lines of the tree that stand in the terminal. */
  private drawn = 0;
  private lastLine: number;
  private isQuiet = false;

  constructor(options: DisplayOptions, { stream = process.stderr, now = Date.now, env = process.env }: DisplayDoors = {}) {
    this.stream = stream;
    this.now = now;
    this.style = detectStyle(stream, env, { color: options.color, ascii: options.ascii === true });
    this.mode = options.jsonEvents ? "events" : stream.isTTY ? "tree" : "log";
    this.lastLine = now();
    if (this.mode === "tree") {
      stream.write(HIDE_CURSOR);
      // Whatever ends the process: a terminal without a cursor is of little use.
      process.once("exit", this.showCursor);
    }
    this.timer = setInterval(
      () => {
        this.tick();
      },
      this.mode === "tree" ? REDRAW_MS : 1000,
    ).unref();
  }

  /** One more stack, which waits until it is told to start. */
  public add(stack: string, waitsFor = "waiting"): StackDisplay {
    const view: StackView = {
      stack,
      phase: waitsFor,
      state: "waiting",
      startedAt: undefined,
      endedAt: undefined,
      tracker: undefined,
      total: undefined,
      count: undefined,
    };
    this.views.push(view);
    return new StackDisplay(view, this.now, this.mode, {
      said: (line) => {
        this.say(line);
      },
      event: (event) => {
        this.stream.write(`${shownEvent({ stack, ...event })}\n`);
      },
      quietly: (work) => this.quietly(work),
      several: () => this.views.length > 1,
      headline: () => headline(view, this.now(), this.style),
      sign: (step) => this.signOf(step),
    });
  }

  /** Says something above the tree, or among the lines. */
  public say(line: string): void {
    if (this.mode === "events") return;
    this.lastLine = this.now();
    this.aside(() => this.stream.write(`${line}\n`));
  }

  /** Has something else write while no tree is in the way. */
  public aside(write: () => unknown): void {
    this.erase();
    write();
    this.draw();
  }

  /** Draws nothing while something else has the terminal. */
  public async quietly<T>(work: () => Promise<T>): Promise<T> {
    this.erase();
    this.isQuiet = true;
    if (this.mode === "tree") this.showCursor();
    try {
      return await work();
    } finally {
      this.isQuiet = false;
      if (this.mode === "tree") this.stream.write(HIDE_CURSOR);
    }
  }

  /** Leaves the terminal as it was. */
  public end(): void {
    clearInterval(this.timer);
    this.erase();
    if (this.mode !== "tree") return;
    process.off("exit", this.showCursor);
    this.showCursor();
  }

  private readonly showCursor = (): void => {
    this.stream.write(SHOW_CURSOR);
  };

  private tick(): void {
    if (this.mode === "tree") {
      this.erase();
      this.draw();
      return;
    }
    if (this.mode === "events" || this.now() - this.lastLine < HEARTBEAT_SECONDS * 1000) return;
    for (const view of this.views.filter(({ state }) => state === "running")) this.say(headline(view, this.now(), this.style));
  }

  private draw(): void {
    if (this.mode !== "tree" || this.isQuiet) return;
    const room = { columns: this.stream.columns, rows: this.stream.rows };
    const lines = frame(this.views, this.now(), this.style, room);
    this.stream.write(lines.map((line) => `${line}\n`).join(""));
    this.drawn = lines.length;
  }

  private erase(): void {
    if (this.drawn > 0) this.stream.write(`\u001b[${this.drawn}A\u001b[0J`);
    this.drawn = 0;
  }

  private signOf({ op, urn, custom, failed, seconds }: EndedStep): string | undefined {
    const [sign, done] = DONE[op] ?? [];
    const label = labelOf(urn);
    if (sign === undefined || done === undefined || label === "" || !custom || isEnginesOwn(urn)) return undefined;
    const { glyphs, colors, safe } = this.style;
    if (failed) return colors.red(`${glyphs.bad} ${safe(label)} failed (${elapsed(seconds)})`);
    return `${safe(sign === "±" ? "~" : sign)} ${safe(label)} ${done}${seconds >= 1 ? ` (${elapsed(seconds)})` : ""}`;
  }
}

/** What a {@link StackDisplay} has of its display. */
interface Frame {
  readonly said: (line: string) => void;
  readonly event: (event: EngineEvent) => void;
  readonly quietly: Display["quietly"];
  readonly several: () => boolean;
  readonly headline: () => string;
  readonly sign: (step: EndedStep) => string | undefined;
}

/** Where the operation of one stack says how far it is. */
export class StackDisplay {
  constructor(
    private readonly view: StackView,
    private readonly now: () => number,
    private readonly mode: "tree" | "log" | "events",
    private readonly shown: Frame,
  ) {}

  /**
   * A phase begins that the engine tells nothing about.
   *
   * @param count how far it is, for instance `3/10`
   */
  public phase(phase: string, count?: string): void {
    const isNew = this.view.phase !== phase || this.view.state !== "running";
    Object.assign(this.view, { phase, count, tracker: undefined, state: "running" });
    this.view.startedAt ??= this.now();
    if (isNew) this.logged();
  }

  /**
   * An operation of the engine begins.
   *
   * @param total resources it will have looked at in the end. @default not known
   * @param logs whether what it does is logged step by step; what is only previewed is told in the end
   */
  public engine(
    phase: string,
    total: number | undefined,
    logs: boolean,
  ): { readonly tracker: Tracker; readonly take: (event: EngineEvent) => void } {
    this.phase(phase);
    const tracker = new Tracker(this.now, (step) => {
      const line = this.mode === "log" && logs ? this.shown.sign(step) : undefined;
      if (line !== undefined) this.say(line);
    });
    Object.assign(this.view, { tracker, total });
    return {
      tracker,
      take: (event) => {
        if (this.mode === "events") this.shown.event(event);
        tracker.take(event);
      },
    };
  }

  /** How many resources there are in all, once that is known. */
  public expect(total: number | undefined): void {
    this.view.total = total;
  }

  /** Says something of this stack. */
  public say(line: string): void {
    this.shown.said(this.shown.several() ? `${this.view.stack}  ${line}` : line);
  }

  /** Draws nothing while something else has the terminal. */
  public quietly<T>(work: () => Promise<T>): Promise<T> {
    return this.shown.quietly(work);
  }

  /** The operation has ended, or never began. */
  public end(state: "succeeded" | "failed" | "not-started", phase: string): void {
    Object.assign(this.view, { state, phase, tracker: undefined, count: undefined, endedAt: this.now() });
    if (this.shown.several()) this.logged();
  }

  private logged(): void {
    if (this.mode === "log") this.shown.said(this.shown.headline());
  }
}
