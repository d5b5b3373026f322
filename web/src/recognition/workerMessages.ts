import type { BrowserModels } from '../api/models';

/** What the page asks the worker. Bitmaps are handed over, not copied. */
export type WorkerRequest = { readonly id: number } & (
  | { readonly kind: 'load'; readonly models: BrowserModels; readonly key?: string }
  | { readonly kind: 'picture'; readonly source: string; readonly bitmap: ImageBitmap }
  | { readonly kind: 'begin' }
  | { readonly kind: 'frame'; readonly frame: number; readonly time: number; readonly bitmap: ImageBitmap }
  | { readonly kind: 'end' }
);

/** What the worker answers: the result, or what went wrong. */
export interface WorkerAnswer {
  readonly id: number;
  readonly result?: unknown;
  readonly fault?: string;
}
