/** A canvas that fits its place at the screen's own resolution; what is drawn on it is told by a label. */
export function fitted(canvas: HTMLCanvasElement, height: number): { context: CanvasRenderingContext2D; width: number; height: number } {
  const width = Math.max(1, canvas.clientWidth), scale = window.devicePixelRatio;
  const [pixelsX, pixelsY] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== pixelsX || canvas.height !== pixelsY)
    [canvas.width, canvas.height] = [pixelsX, pixelsY];
  const context = canvas.getContext('2d')!;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** Draws a canvas anew when its place or the page's colours change. */
export function keepDrawn(canvas: HTMLCanvasElement, draw: () => void): void {
  new ResizeObserver(draw).observe(canvas);
  canvas.addEventListener('redraw', draw);
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const canvas of document.querySelectorAll('canvas'))
    canvas.dispatchEvent(new Event('redraw'));
});

/** The value of a colour of the page, light or dark. */
export function pageColor(name: 'ink' | 'faint' | 'line' | 'card'): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
}

/** Round steps of an axis of time, in seconds. */
export function timeStep(duration: number, most: number): number {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
  return steps.find(step => duration / step <= most) ?? 14400;
}
