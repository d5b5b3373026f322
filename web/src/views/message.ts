import { make } from '../dom';

/** A place for one message at a time: what is being done, or what went wrong and the remedy. */
export class Message {
  readonly element = make('div', { className: 'message', hidden: true });

  /** What is being done; a screen reader tells it when it is free. */
  tell(text: string): void {
    this.show('status', text);
  }

  /** What went wrong. */
  fail(error: unknown): void {
    this.show('alert', error instanceof Error ? error.message : String(error));
  }

  clear(): void {
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  /** Does some work; what goes wrong is told. */
  async during<T>(text: string, work: () => Promise<T>): Promise<T | undefined> {
    this.tell(text);
    try {
      const result = await work();
      this.clear();
      return result;
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  private show(role: 'status' | 'alert', text: string): void {
    this.element.hidden = false;
    this.element.setAttribute('role', role);
    this.element.replaceChildren(make('p', {}, text));
  }
}
