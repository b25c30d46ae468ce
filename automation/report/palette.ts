/** Colours of the report by what they are for, each for light and for dark surroundings. */

/** A colour in both themes, as `#rrggbb`. */
export interface Shade {
  readonly light: string;
  readonly dark: string;
}

/** One of the two themes. */
export type Theme = keyof Shade;

/** How many fills there are for pools of workers before they repeat with another pattern. */
export const POOL_TONES = 6;

/** The fill of load balancers; that of the control plane is 0. */
export const BALANCER_TONE = POOL_TONES + 1;

const TONES: readonly Shade[] = [
  { light: "#b9cdfb", dark: "#2a4796" },
  { light: "#bfe6cf", dark: "#1d5a3c" },
  { light: "#fbdcb1", dark: "#6b430f" },
  { light: "#e6ccf6", dark: "#583279" },
  { light: "#bde5ea", dark: "#12525d" },
  { light: "#f9c9cf", dark: "#76293a" },
  { light: "#e4e2ae", dark: "#524f10" },
  { light: "#d7dae0", dark: "#474e5a" },
];

/** What everything is drawn with. */
export const PALETTE = {
  page: { light: "#f6f5f1", dark: "#12151b" },
  card: { light: "#ffffff", dark: "#1b1f28" },
  sunken: { light: "#eeece6", dark: "#0d1015" },
  ink: { light: "#1a1e27", dark: "#eceff5" },
  dim: { light: "#565c69", dark: "#a7afbe" },
  line: { light: "#d9d6cd", dark: "#343b49" },
  edge: { light: "#7d8494", dark: "#7d879a" },
  accent: { light: "#1f4fbf", dark: "#93b4ff" },
  good: { light: "#14693a", dark: "#7bd8a4" },
  fair: { light: "#845400", dark: "#f2c465" },
  bad: { light: "#b3261e", dark: "#ff9f96" },
  away: { light: "#e3e1db", dark: "#2a2f39" },
} as const satisfies Readonly<Record<string, Shade>>;

/** A colour's name. */
export type ColourName = keyof typeof PALETTE | `tone-${number}`;

/** Every colour by name. */
export const COLOURS: Readonly<Record<string, Shade>> = {
  ...PALETTE,
  ...Object.fromEntries(TONES.map((shade, index) => [`tone-${index}`, shade])),
};

/** Looks a colour up; an unknown one is a mistake in the drawing. */
export function shade(name: ColourName, theme: Theme): string {
  const found = COLOURS[name];
  if (!found) throw new Error(`no colour ${name}`);
  return found[theme];
}

/** Custom properties of a theme: `--ink: #1a1e27; …`. */
export function properties(theme: Theme): string {
  return Object.entries(COLOURS)
    .map(([name, each]) => `--${name}: ${each[theme]};`)
    .join(" ");
}

/** How far apart two colours are in lightness, from 1 to 21 (WCAG 2.2, contrast ratio). */
export function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => linear(parseInt(colour.slice(at, at + 2), 16) / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}
