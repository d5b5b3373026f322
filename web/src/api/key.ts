import { make } from '../dom';

const STORED = 'mien.key';

/** The API key that was given in this tab, if any. */
export function knownKey(): string | undefined {
  return sessionStorage.getItem(STORED) ?? undefined;
}

let asking: Promise<boolean> | undefined;

/** Asks for the API key that a server wants which other machines can reach. */
export function askForKey(): Promise<boolean> {
  return asking ??= show().finally(() => asking = undefined);
}

function show(): Promise<boolean> {
  const input = make('input', { type: 'password', required: true, autocomplete: 'off', id: 'api-key' });
  const dialog = make('dialog', { attributes: { 'aria-labelledby': 'key-title' } },
    make('form', { method: 'dialog' },
      make('h2', { id: 'key-title' }, 'This server asks for an API key'),
      make('p', {}, 'Its operator makes one with ./mien keys create. It is kept until this tab is closed.'),
      make('label', { className: 'field', htmlFor: 'api-key' }, make('span', {}, 'API key'), input),
      make('p', { className: 'actions' },
        make('button', { className: 'primary', value: 'use' }, 'Use this key'),
        make('button', { value: '', formNoValidate: true }, 'Cancel'))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => {
    const given = dialog.returnValue === 'use';
    if (given)
      sessionStorage.setItem(STORED, input.value.trim());
    dialog.remove();
    resolve(given);
  }));
}
