import { make } from '../dom';
import { colorOf, stacked } from '../expressions';
import { topOf } from '../recognition/faces';
import type { Bin } from '../session/binner';
import type { Marker } from '../session/recording';
import { clock, percent } from '../words';
import { fitted, keepDrawn, pageColor, timeStep } from './canvas';

const HEIGHT = 132, AXIS = 20;

/** Expressions over time as a stack of colours, with markers; with `seek` a slider that is moved by clicks and arrow keys. */
export class Timeline {
  readonly element = make('div', { className: 'timeline' });
  private readonly canvas = make('canvas');
  private bins: readonly Bin[] = [];
  private markers: readonly Marker[] = [];
  private duration = 1;
  private position?: number;

  constructor(private readonly labels: readonly string[], name: string, seek?: (time: number) => void) {
    this.canvas.setAttribute('aria-label', name);
    this.canvas.setAttribute('role', seek ? 'slider' : 'img');
    if (seek)
      this.makeSlider(seek);
    this.element.append(this.canvas, legend(labels));
    keepDrawn(this.canvas, () => this.draw());
  }

  show(bins: readonly Bin[], markers: readonly Marker[], duration: number): void {
    [this.bins, this.markers, this.duration] = [bins, markers, Math.max(1, duration)];
    if (this.canvas.role === 'slider')
      this.canvas.setAttribute('aria-valuemax', this.duration.toFixed(1));
    this.draw();
  }

  /** Shows which moment a player is at. */
  moveTo(time: number): void {
    this.position = time;
    const at = this.bins.find(bin => time >= bin.start && time < bin.end)?.scores;
    const top = at && topOf(at);
    this.canvas.setAttribute('aria-valuenow', time.toFixed(1));
    this.canvas.setAttribute('aria-valuetext', `${clock(time)}, ${top ? `mostly ${top}, ${percent(at[top])}` : 'no face'}`);
    this.draw();
  }

  private makeSlider(seek: (time: number) => void): void {
    const { canvas } = this;
    canvas.tabIndex = 0;
    canvas.setAttribute('aria-valuemin', '0');
    canvas.setAttribute('aria-valuenow', '0');
    const go = (time: number) => seek(Math.max(0, Math.min(this.duration, time)));
    const follow = (event: PointerEvent) => go((event.offsetX / canvas.clientWidth) * this.duration);
    canvas.addEventListener('pointerdown', event => {
      canvas.setPointerCapture(event.pointerId);
      follow(event);
    });
    canvas.addEventListener('pointermove', event => event.buttons > 0 && follow(event));
    canvas.addEventListener('keydown', event => {
      const now = this.position ?? 0;
      const target = { ArrowLeft: now - 1, ArrowRight: now + 1, PageDown: now - 10, PageUp: now + 10, Home: 0, End: this.duration }[event.key];
      if (target !== undefined) {
        event.preventDefault();
        go(target);
      }
    });
  }

  private draw(): void {
    if (!this.canvas.isConnected)
      return;
    const { context, width } = fitted(this.canvas, HEIGHT);
    const bottom = HEIGHT - AXIS, x = (time: number) => (time / this.duration) * width;
    const order = stacked(this.labels);
    for (const { start, end, people, scores } of this.bins) {
      if (!scores)
        continue;
      // As wide as its time, as tall as there was a face.
      let y = bottom;
      const left = Math.round(x(start)), right = Math.round(x(Math.min(end, this.duration))), full = bottom * Math.min(1, people);
      for (const label of order) {
        const height = full * (scores[label] ?? 0);
        context.fillStyle = colorOf(label);
        context.fillRect(left, y - height, right - left, height + 0.3);
        y -= height;
      }
    }
    this.drawAxis(context, width, bottom, x);
    this.drawMarkers(context, bottom, x);
    if (this.position !== undefined) {
      context.fillStyle = pageColor('ink');
      context.fillRect(x(this.position) - 1, 0, 2, bottom);
    }
  }

  private drawAxis(context: CanvasRenderingContext2D, width: number, bottom: number, x: (time: number) => number): void {
    context.fillStyle = pageColor('line');
    context.fillRect(0, bottom, width, 1);
    context.fillStyle = pageColor('faint');
    context.font = '11px system-ui, sans-serif';
    context.textBaseline = 'top';
    const step = timeStep(this.duration, width / 64);
    for (let time = 0; time <= this.duration; time += step) {
      context.textAlign = time === 0 ? 'left' : x(time) > width - 24 ? 'right' : 'center';
      context.fillText(clock(time), x(time), bottom + 5);
    }
  }

  private drawMarkers(context: CanvasRenderingContext2D, bottom: number, x: (time: number) => number): void {
    context.font = '600 11px system-ui, sans-serif';
    context.textAlign = 'left';
    context.textBaseline = 'top';
    for (const { time, marker } of this.markers) {
      const at = x(time), wide = context.measureText(marker).width + 8;
      context.fillStyle = pageColor('ink');
      context.fillRect(at, 0, 1.5, bottom);
      context.fillRect(at, 0, wide, 16);
      context.fillStyle = pageColor('card');
      context.fillText(marker, at + 4, 2.5);
    }
  }
}

/** Which colour means what. */
export function legend(labels: readonly string[]): HTMLElement {
  return make('ul', { className: 'legend', attributes: { 'aria-label': 'Colours' } }, ...stacked(labels).map(label => {
    const swatch = make('i');
    swatch.style.background = colorOf(label);
    return make('li', {}, swatch, label);
  }));
}
