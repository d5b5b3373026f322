/** One of the page's views. */
export interface View {
  readonly element: HTMLElement;
  /** Called each time it comes into view. */
  enter?(): void;
  /** Called when another view is chosen. */
  leave?(): void;
}
