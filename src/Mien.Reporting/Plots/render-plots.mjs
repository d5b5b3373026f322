// Reads Vega-Lite specifications as a JSON array from stdin and writes their SVGs as a JSON array to stdout.
import { readFileSync } from 'node:fs';
import { parse, View } from 'vega';
import { compile } from 'vega-lite';

// currentColor is black in an SVG file of its own and the page's ink, light or dark, inside a page.
const ink = 'currentColor';
const config = {
  background: 'white',
  font: 'system-ui, sans-serif',
  padding: 4,
  view: { stroke: null },
  axis: {
    labelColor: ink, titleColor: ink, tickColor: ink, domainColor: ink, gridColor: ink,
    labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', titlePadding: 8,
    labelOpacity: 0.85, tickOpacity: 0.4, domainOpacity: 0.4, gridOpacity: 0.12,
  },
  legend: { labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', labelLimit: 240, symbolStrokeWidth: 2 },
  range: { category: ['#3b7dd8', '#e0793c', '#2ea36f', '#c2528b', '#8a6fd1', '#b59a2b', '#3aa6b5', '#cf4f4f'] },
};

const svgs = [];
for (const spec of JSON.parse(readFileSync(0, 'utf8')))
  svgs.push(await new View(parse(compile(spec, { config }).spec), { renderer: 'none' }).toSVG());
process.stdout.write(JSON.stringify(svgs));
