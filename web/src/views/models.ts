import { ask } from '../api/client';
import { models, type ModelDescription } from '../api/models';
import { make } from '../dom';
import { markdown } from './markdown';
import { Message } from './message';
import type { View } from './view';

/** The models that the server has: what each one is, how good it is, and its card. */
export function modelsView(): View {
  const message = new Message(), list = make('div');
  return {
    element: make('section', {}, make('h1', {}, 'Models'), message.element, list),
    enter: async () => {
      const all = await message.during('Asking for the models.', models);
      if (all)
        list.replaceChildren(...all.map(modelCard));
    },
  };
}

function modelCard(model: ModelDescription): HTMLElement {
  const message = new Message(), text = make('div', { className: 'markdown' });
  const card = make('details', {}, make('summary', {}, 'Card: training data, figures, confusion matrix, where it is weak'), message.element, text);
  card.addEventListener('toggle', () => {
    if (card.open && text.childElementCount === 0)
      message.during('Asking for the card.', async () => text.replaceChildren(...markdown(await (await ask(model.card!)).text())));
  });
  // The card of what classifies is what people come for.
  card.open = model.loaded && model.task === 'emotion';
  return make('article', { className: 'card' },
    make('h2', {}, model.name, ' ', model.loaded && make('span', { className: 'badge' }, 'loaded')),
    make('p', {}, model.task === 'emotion' ? `Tells ${model.labels.length} expressions apart: ${model.labels.join(', ')}.` : 'Finds faces.',
      Object.entries(model.alternatives).map(([name, labels]) => ` With the labels ${name}: ${labels.join(', ')}.`).join('')),
    figures(model),
    make('p', { className: 'faint' }, [model.precision, model.trainingData, model.license].filter(text => text !== '').join(' · ')),
    model.card ? card : make('p', {}, 'It has no card here.'));
}

function figures({ metrics }: ModelDescription): HTMLElement | null {
  const known = Object.entries(metrics);
  return known.length === 0 ? null : make('dl', { className: 'figures' }, ...known.map(([name, value]) =>
    make('div', {}, make('dt', {}, titleOf(name)), make('dd', {}, /accuracy|ece/.test(name) ? `${(value * 100).toFixed(1)} %` : value.toFixed(3)))));
}

/** `test.ferplus.accuracy` as people say it. */
function titleOf(name: string): string {
  const parts = name.split('.');
  return `${parts.at(-1)!.replace('ece', 'calibration error').replace('ap50', 'AP50').replace('macroF1', 'macro-F1')}, ${parts.slice(0, -1).join(' ')}`;
}
