// The server's FaceCrop in TypeScript, step by step and rounded to 32 bits where it is: when a picture is enlarged, every tenth pixel
// lies halfway between two values, and what the detector is given would differ by as much as its boxes then move.
import type { CropRegion } from './cropRegion';
import { luma, type Picture } from './picture';

/** Cuts a square region out of a picture, upright, gray and at a given size; beyond the border the nearest pixel repeats. */
export function cutGray(picture: Picture, region: CropRegion, size: number): Uint8Array {
  const colors = cut(picture, region, size).data;
  const gray = new Uint8Array(size * size);
  for (let i = 0, p = 0; i < gray.length; i++, p += 4)
    gray[i] = luma(colors[p], colors[p + 1], colors[p + 2]);
  return gray;
}

/** The same in colours. */
export function cut(picture: Picture, region: CropRegion, size: number): Picture {
  const step = fround(region.side / size);
  const right = { x: fround(fround(Math.cos(region.angle)) * step), y: fround(fround(Math.sin(region.angle)) * step) };
  const down = { x: -right.y, y: right.x };
  const origin = {
    x: fround(region.centerX - fround(fround(right.x + down.x) * (size / 2))),
    y: fround(region.centerY - fround(fround(right.y + down.y) * (size / 2))),
  };
  return warp(picture, origin, right, down, size, size);
}

/** The whole picture at another size. */
export function resize(picture: Picture, width: number, height: number): Picture {
  return warp(picture, { x: 0, y: 0 }, { x: fround(picture.width / width), y: 0 }, { x: 0, y: fround(picture.height / height) }, width, height);
}

interface Vector { x: number; y: number }

const fround = Math.fround;

function length({ x, y }: Vector): number {
  return fround(Math.sqrt(fround(fround(x * x) + fround(y * y))));
}

/** Fills each output pixel from the source cell that starts at origin + x * right + y * down. */
function warp(picture: Picture, origin: Vector, right: Vector, down: Vector, width: number, height: number): Picture {
  // An output pixel that covers several source pixels is averaged: whole factors at once, the rest by two or more samples.
  let factorX = Math.max(1, Math.floor(length(right) + 1e-4));
  let factorY = Math.max(1, Math.floor(length(down) + 1e-4));
  if (right.y !== 0)
    factorX = factorY = Math.min(factorX, factorY);
  if (factorX > 1 || factorY > 1) {
    const part = boxAverage(picture, factorX, factorY, origin, { x: right.x * width, y: right.y * width }, { x: down.x * height, y: down.y * height });
    picture = part.shrunk;
    const shrinkX = fround(1 / factorX), shrinkY = fround(1 / factorY);
    origin = { x: fround(fround(origin.x - part.left) * shrinkX), y: fround(fround(origin.y - part.top) * shrinkY) };
    right = { x: fround(right.x * shrinkX), y: fround(right.y * shrinkY) };
    down = { x: fround(down.x * shrinkX), y: fround(down.y * shrinkY) };
  }
  const samplesX = Math.max(1, Math.ceil(length(right) - 1e-4));
  const samplesY = Math.max(1, Math.ceil(length(down) - 1e-4));

  const { data, width: columns, height: rows } = picture;
  const pixels = new Uint8ClampedArray(width * height * 4);
  const share = fround(1 / (samplesX * samplesY));
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p += 4) {
      let red = 0, green = 0, blue = 0;
      for (let sampleY = 0; sampleY < samplesY; sampleY++) {
        const rowAt = fround(y + fround((sampleY + 0.5) / samplesY));
        const rowX = fround(origin.x + fround(down.x * rowAt)), rowY = fround(origin.y + fround(down.y * rowAt));
        for (let sampleX = 0; sampleX < samplesX; sampleX++) {
          const columnAt = fround(x + fround((sampleX + 0.5) / samplesX));
          // The value between the four nearest pixel centres.
          const atX = clamp(fround(fround(rowX + fround(right.x * columnAt)) - 0.5), columns - 1);
          const atY = clamp(fround(fround(rowY + fround(right.y * columnAt)) - 0.5), rows - 1);
          const left = Math.floor(atX), top = Math.floor(atY);
          const shareX = atX - left, shareY = atY - top, restX = fround(1 - shareX), restY = fround(1 - shareY);
          const i = (top * columns + left) * 4;
          const j = left + 1 < columns ? i + 4 : i;
          const below = top + 1 < rows ? columns * 4 : 0;
          red = fround(red + between(between(data[i], data[j], restX, shareX), between(data[i + below], data[j + below], restX, shareX), restY, shareY));
          green = fround(green + between(between(data[i + 1], data[j + 1], restX, shareX), between(data[i + below + 1], data[j + below + 1], restX, shareX), restY, shareY));
          blue = fround(blue + between(between(data[i + 2], data[j + 2], restX, shareX), between(data[i + below + 2], data[j + below + 2], restX, shareX), restY, shareY));
        }
      }
      pixels[p] = Math.floor(fround(fround(red * share) + 0.5));
      pixels[p + 1] = Math.floor(fround(fround(green * share) + 0.5));
      pixels[p + 2] = Math.floor(fround(fround(blue * share) + 0.5));
      pixels[p + 3] = 255;
    }
  }
  return { width, height, data: pixels };
}

/** .NET's Lerp: the first product and the sum are rounded together. */
function between(a: number, b: number, rest: number, share: number): number {
  return fround(a * rest + fround(b * share));
}

function clamp(value: number, most: number): number {
  return value < 0 ? 0 : value > most ? most : value;
}

/** The part of a picture below a parallelogram, shrunk by whole factors; and where its corner lies in the picture. */
function boxAverage(picture: Picture, factorX: number, factorY: number, origin: Vector, right: Vector, down: Vector): { shrunk: Picture; left: number; top: number } {
  const { data } = picture;
  const xs = [origin.x, origin.x + right.x, origin.x + down.x, origin.x + right.x + down.x].map(fround);
  const ys = [origin.y, origin.y + right.y, origin.y + down.y, origin.y + right.y + down.y].map(fround);
  const left = Math.max(0, Math.min(Math.floor(Math.min(...xs) / factorX) - 1, Math.floor((picture.width - 1) / factorX))) * factorX;
  const top = Math.max(0, Math.min(Math.floor(Math.min(...ys) / factorY) - 1, Math.floor((picture.height - 1) / factorY))) * factorY;
  const width = Math.max(left + 1, Math.min(Math.ceil(Math.max(...xs)) + factorX, picture.width)) - left;
  const height = Math.max(top + 1, Math.min(Math.ceil(Math.max(...ys)) + factorY, picture.height)) - top;

  const shrunkWidth = Math.ceil(width / factorX), shrunkHeight = Math.ceil(height / factorY);
  const pixels = new Uint8ClampedArray(shrunkWidth * shrunkHeight * 4);
  const sums = new Int32Array(shrunkWidth * 3);
  for (let y = 0, p = 0; y < shrunkHeight; y++) {
    sums.fill(0);
    const rows = Math.min(factorY, height - y * factorY);
    for (let row = 0; row < rows; row++) {
      let from = ((top + y * factorY + row) * picture.width + left) * 4;
      for (let x = 0, s = 0; x < shrunkWidth; x++, s += 3) {
        for (let count = Math.min(factorX, width - x * factorX); count > 0; count--, from += 4) {
          sums[s] += data[from];
          sums[s + 1] += data[from + 1];
          sums[s + 2] += data[from + 2];
        }
      }
    }
    for (let x = 0, s = 0; x < shrunkWidth; x++, s += 3, p += 4) {
      const count = rows * Math.min(factorX, width - x * factorX), half = count >> 1;
      pixels[p] = Math.floor((sums[s] + half) / count);
      pixels[p + 1] = Math.floor((sums[s + 1] + half) / count);
      pixels[p + 2] = Math.floor((sums[s + 2] + half) / count);
      pixels[p + 3] = 255;
    }
  }
  return { shrunk: { width: shrunkWidth, height: shrunkHeight, data: pixels }, left, top };
}
