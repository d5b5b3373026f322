import { make } from '../dom';
import { clock } from '../words';
import { fitted, keepDrawn, pageColor, timeStep } from './canvas';

const HEIGHT = 220, LEFT = 42, AXIS = 20, TOP = 8;

/** Colours that are told apart with any eyes (Okabe and Ito), with a dash for each. */
const STROKES: readonly (readonly [color: string, dash: readonly number[]])[] = [
  ['#0072b2', []], ['#d55e00', [7, 4]], ['#009e73', [2, 3]], ['#cc79a7', [10, 3, 2, 3]], ['#b8860b', [5, 2]], ['#56b4e9', [1, 2]],
];

export interface Line {
  readonly name: string;
  readonly points: readonly { readonly time: number; readonly value?: number }[];
}

/** Several lines over one axis of time. */
export class LineChart {
  readonly element = make('figure', { className: 'lines' });
  private readonly canvas = make('canvas', { attributes: { role: 'img' } });
  private readonly key = make('ul', { className: 'legend', attributes: { 'aria-label': 'Lines' } });
  private lines: readonly Line[] = [];
  private range: readonly [number, number] = [0, 1];

  constructor() {
    this.element.append(this.canvas, this.key);
    keepDrawn(this.canvas, () => this.draw());
  }

  show(what: string, lines: readonly Line[], range: readonly [number, number]): void {
    [this.lines, this.range] = [lines, range];
    this.canvas.setAttribute('aria-label', `${what} over time of ${lines.map(line => line.name).join(', ')}; the table below has the figures.`);
    this.key.replaceChildren(...lines.map((line, index) => {
      const swatch = make('i');
      swatch.style.background = strokeOf(index)[0];
      return make('li', {}, swatch, line.name);
    }));
    this.draw();
  }

  private draw(): void {
    if (!this.canvas.isConnected)
      return;
    const { context, width } = fitted(this.canvas, HEIGHT);
    const duration = Math.max(1, ...this.lines.flatMap(line => line.points.at(-1)?.time ?? 0));
    const [least, most] = this.range, bottom = HEIGHT - AXIS;
    const x = (time: number) => LEFT + (time / duration) * (width - LEFT - 4);
    const y = (value: number) => bottom - ((value - least) / (most - least)) * (bottom - TOP);
    context.font = '11px system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    for (const value of [least, (least + most) / 2, most]) {
      context.fillStyle = pageColor('line');
      context.fillRect(LEFT, y(value), width - LEFT, 1);
      context.fillStyle = pageColor('faint');
      context.fillText(least < 0 ? value.toFixed(1).replace('-', '−') : `${value * 100} %`, LEFT - 5, y(value));
    }
    context.textBaseline = 'top';
    for (let time = 0; time <= duration; time += timeStep(duration, width / 64)) {
      context.textAlign = time === 0 ? 'left' : x(time) > width - 24 ? 'right' : 'center';
      context.fillText(clock(time), x(time), bottom + 5);
    }
    this.lines.forEach((line, index) => this.drawLine(context, line, strokeOf(index), x, y));
  }

  private drawLine(context: CanvasRenderingContext2D, { points }: Line, [color, dash]: readonly [string, readonly number[]], x: (time: number) => number, y: (value: number) => number): void {
    context.strokeStyle = color;
    context.lineWidth = 2;
    context.lineJoin = 'round';
    context.setLineDash([...dash]);
    context.beginPath();
    let drawing = false;
    for (const { time, value } of points) {
      if (value !== undefined) {
        if (drawing)
          context.lineTo(x(time), y(value));
        else
          context.moveTo(x(time), y(value));
      }
      // Where nobody was read the line breaks off.
      drawing = value !== undefined;
    }
    context.stroke();
    context.setLineDash([]);
  }
}

function strokeOf(index: number): readonly [string, readonly number[]] {
  return STROKES[index % STROKES.length];
}
