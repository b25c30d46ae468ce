/**
 * An exact number: what is added, shared out and multiplied here is rounded once, when it is shown. 388.30 + 45 is 433.30, and a third
 * three times is the whole.
 */
export class Exact {
  public static readonly ZERO = new Exact(0n, 1n);

  private readonly numerator: bigint;
  private readonly denominator: bigint;

  private constructor(numerator: bigint, denominator: bigint) {
    const divisor = commonDivisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
    this.numerator = numerator / divisor;
    this.denominator = denominator / divisor;
  }

  /** The decimal that a number is written as: 388.3 is 3883 tenths, whatever a computer makes of it. */
  public static of(number: number): Exact {
    const [, sign = "", whole = "", decimals = "", exponent = "0"] =
      /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(number)) ?? [];
    if (whole === "") throw new Error(`${number} is no amount`);
    const digits = BigInt(`${sign}${whole}${decimals}`);
    const power = Number(exponent) - decimals.length;
    return power < 0 ? new Exact(digits, 10n ** BigInt(-power)) : new Exact(digits * 10n ** BigInt(power), 1n);
  }

  public plus(other: Exact): Exact {
    return new Exact(
      this.numerator * other.denominator + other.numerator * this.denominator,
      this.denominator * other.denominator,
    );
  }

  public minus(other: Exact): Exact {
    return this.plus(other.times(Exact.of(-1)));
  }

  public times(other: Exact): Exact {
    return new Exact(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  /** @throws {Error} for a division by nothing */
  public over(other: Exact): Exact {
    if (other.numerator === 0n) throw new Error("a division by nothing");
    return new Exact(this.numerator * other.denominator, this.denominator * other.numerator);
  }

  public equals(other: Exact): boolean {
    return this.numerator === other.numerator && this.denominator === other.denominator;
  }

  public isZero(): boolean {
    return this.numerator === 0n;
  }

  /** As a decimal with so many places, halves away from nothing: `433.30`. */
  public toFixed(places = 2): string {
    const scale = 10n ** BigInt(places);
    const size = this.numerator < 0n ? -this.numerator : this.numerator;
    const rounded = (size * scale * 2n + this.denominator) / (this.denominator * 2n);
    const digits = String(rounded).padStart(places + 1, "0");
    const sign = this.numerator < 0n && rounded > 0n ? "-" : "";
    const cut = digits.length - places;
    return `${sign}${digits.slice(0, cut)}${places > 0 ? "." : ""}${digits.slice(cut)}`;
  }

  /** What JSON has of it. */
  public toJSON(): string {
    return this.toFixed();
  }
}

function commonDivisor(a: bigint, b: bigint): bigint {
  let [one, other] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (other > 0n) [one, other] = [other, one % other];
  return one === 0n ? 1n : one;
}
