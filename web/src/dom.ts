type Child = Node | string | number | null | undefined | false;

type Properties<K extends keyof HTMLElementTagNameMap> = Partial<Omit<HTMLElementTagNameMap[K], 'style' | 'children' | 'dataset' | 'attributes'>> & {
  /** Attributes that are no properties, such as role and aria-label. */
  attributes?: Record<string, string>;
};

/** An element with properties and children; text is never read as HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(name: K, properties: Properties<K> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const { attributes, ...own } = properties;
  const element = Object.assign(document.createElement(name), own);
  for (const [key, value] of Object.entries(attributes ?? {}))
    element.setAttribute(key, value);
  element.append(...children.filter(child => child !== null && child !== undefined && child !== false).map(child => typeof child === 'number' ? String(child) : child));
  return element;
}

/** A button that says when its work fails, and cannot be pressed meanwhile. */
export function button(text: string, press: () => unknown, properties: Properties<'button'> = {}): HTMLButtonElement {
  const made = make('button', { type: 'button', textContent: text, ...properties });
  made.addEventListener('click', async () => {
    made.disabled = true;
    try {
      await press();
    } finally {
      made.disabled = false;
    }
  });
  return made;
}

let lastId = 0;

/** A form field with its label. */
export function field(text: string, input: HTMLInputElement | HTMLSelectElement): HTMLLabelElement {
  input.id ||= `field-${++lastId}`;
  return make('label', { className: 'field', htmlFor: input.id }, make('span', {}, text), input);
}

/** A switch with its label. */
export function checkbox(text: string, input: HTMLInputElement): HTMLLabelElement {
  input.type = 'checkbox';
  return make('label', { className: 'check' }, input, make('span', {}, text));
}

/** Hands a file to the user. */
export function save(name: string, type: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  make('a', { href: address, download: name }).click();
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
