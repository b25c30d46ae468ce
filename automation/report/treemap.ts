/** A place in a drawing, in pixels from the left and from the top. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Something with a size that is to become an area. */
export interface Sized {
  readonly name: string;
  readonly size: number;
}

/** No row has more than this. */
const LONGEST_ROW = 40;

/**
 * Divides a box among items in rows, in their order, each with its share of the area; boxes are as near to the best shape as the order allows.
 *
 * @returns a box for each item of a size above zero; together they fill the whole
 */
export function treemap(items: readonly Sized[], box: Box): Map<string, Box> {
  const all = items.filter(({ size }) => size > 0);
  const total = sumOf(all);
  const boxes = new Map<string, Box>();
  let y = box.y;
  for (const row of rowsOf(all, box.width ** 2 / ((box.width * box.height) / total))) {
    const height = (box.height * sumOf(row)) / total;
    let x = box.x;
    for (const { name, size } of row) {
      const width = (box.width * size) / sumOf(row);
      boxes.set(name, { x, y, width, height });
      x += width;
    }
    y += height;
  }
  return boxes;
}

/**
 * Rows with the least elongation in all, found from the end: the best rows of all items after each.
 *
 * @param square the square of the width, measured in sizes
 */
function rowsOf(items: readonly Sized[], square: number): Sized[][] {
  const costs = Array<number>(items.length + 1).fill(0);
  const lengths = Array<number>(items.length).fill(1);
  for (let first = items.length - 1; first >= 0; first--) {
    costs[first] = Infinity;
    for (let length = 1; length <= Math.min(LONGEST_ROW, items.length - first); length++) {
      const cost = elongationOf(items.slice(first, first + length), square) + (costs[first + length] ?? 0);
      if (cost < (costs[first] ?? Infinity)) [costs[first], lengths[first]] = [cost, length];
    }
  }
  const rows: Sized[][] = [];
  for (let first = 0; first < items.length; first += lengths[first] ?? 1) {
    rows.push(items.slice(first, first + (lengths[first] ?? 1)));
  }
  return rows;
}

/** How far the boxes of a row are from the best shape, added up: names are wide, so that is twice as wide as high. */
function elongationOf(row: readonly Sized[], square: number): number {
  const sum = sumOf(row);
  return row.reduce((all, { size }) => {
    const ratio = (size * square) / (sum * sum) / 2;
    return all + Math.max(ratio, 1 / ratio);
  }, 0);
}

function sumOf(items: readonly Sized[]): number {
  return items.reduce((sum, { size }) => sum + size, 0);
}
