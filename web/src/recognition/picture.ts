/** A decoded picture: row by row, four bytes a pixel (red, green, blue and one that is not looked at). */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** BT.601 luma in 15-bit fixed point, with the constants of the server's Image.Luma. */
export function luma(red: number, green: number, blue: number): number {
  return (red * 9798 + green * 19235 + blue * 3735 + (1 << 14)) >> 15;
}

let canvas: OffscreenCanvas | undefined;

/** The pixels of a bitmap, what is transparent laid onto white as the server does. */
export function pixelsOf(bitmap: ImageBitmap): Picture {
  canvas ??= new OffscreenCanvas(bitmap.width, bitmap.height);
  if (canvas.width !== bitmap.width || canvas.height !== bitmap.height)
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: true })!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, bitmap.width, bitmap.height);
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}
