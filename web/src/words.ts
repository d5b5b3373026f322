/** A share as people write it: 87 %. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Seconds as minutes and seconds, with hours where there are any. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const rest = [Math.floor(whole / 60) % 60, whole % 60].map(part => String(part).padStart(2, '0')).join(':');
  return whole < 3600 ? rest.replace(/^0/, '') : `${Math.floor(whole / 3600)}:${rest}`;
}

/** A number with a sign that is a minus, not a hyphen. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}

/** "1 face", "3 faces". */
export function count(number: number, one: string): string {
  return `${number.toLocaleString('en')} ${one}${number === 1 ? '' : 's'}`;
}

/** A number of bytes. */
export function bytes(number: number): string {
  return number < 1e6 ? `${Math.ceil(number / 1000)} kB` : `${(number / 1e6).toFixed(1)} MB`;
}
