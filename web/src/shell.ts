import { make } from './dom';
import { liveView } from './views/live';
import { modelsView } from './views/models';
import { forgetAcceptance } from './views/notice';
import { photoView } from './views/photo';
import { sessionsView } from './views/sessions';
import type { View } from './views/view';
import { videoView } from './views/video';

const VIEWS: readonly { readonly path: string; readonly name: string; readonly build: () => View }[] = [
  { path: 'live', name: 'Live', build: liveView },
  { path: 'photo', name: 'Photo', build: photoView },
  { path: 'video', name: 'Video', build: videoView },
  { path: 'sessions', name: 'Sessions', build: sessionsView },
  { path: 'models', name: 'Models', build: modelsView },
];

/** The page after the notice: navigation and one view at a time, each of which keeps what is in it. */
export function makeShell(): HTMLElement {
  const built = new Map<string, View>();
  const main = make('main', { id: 'main', tabIndex: -1 });
  const links = VIEWS.map(({ path, name }) => make('a', { href: `#${path}` }, name));
  let current: View | undefined;

  const go = (focus: boolean) => {
    const index = Math.max(0, VIEWS.findIndex(view => `#${view.path}` === location.hash));
    const { path, name, build } = VIEWS[index];
    const view = built.get(path) ?? build();
    built.set(path, view);
    if (view !== current)
      current?.leave?.();
    current = view;
    links.forEach((link, place) => place === index ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current'));
    document.title = `${name} · Mien`;
    main.replaceChildren(view.element);
    view.enter?.();
    if (focus)
      main.focus({ preventScroll: true });
  };
  window.addEventListener('hashchange', () => go(true));
  // Views measure themselves once they stand in the page.
  queueMicrotask(() => go(false));

  return make('div', { className: 'shell' },
    make('a', { className: 'skip', href: '#main', onclick: event => { event.preventDefault(); main.focus(); } }, 'To the content'),
    make('header', {}, make('strong', { className: 'brand' }, 'Mien'), make('nav', { attributes: { 'aria-label': 'Views' } }, ...links)),
    main,
    make('footer', {},
      make('p', {}, 'A label is what an expression reads as: a prediction from a picture of a face, not what a person feels. ',
        make('a', { href: '/', onclick: forgetAcceptance }, 'Read the notice again'), ' · ', make('a', { href: '/reference' }, 'API'))));
}
