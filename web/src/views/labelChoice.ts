import { models } from '../api/models';
import { field, make } from '../dom';

/** A choice between the sets of labels that the loaded classifier knows; hidden where there is one only. */
export function labelChoice(): { element: HTMLElement; value: () => string; set: (disabled: boolean) => void } {
  const select = make('select', {}, make('option', { value: '' }, 'the model’s own'));
  const element = field('Labels', select);
  element.hidden = true;
  models().then(all => {
    const classifier = all.find(model => model.task === 'emotion' && model.loaded);
    if (!classifier)
      return;
    select.options[0].text = `${classifier.labels.length} of ${classifier.name}`;
    for (const [name, labels] of Object.entries(classifier.alternatives))
      select.add(new Option(`${labels.length} of ${name === 'ferplus' ? 'FER+' : name}`, name));
    element.hidden = select.length === 1;
  }, () => { /* The work that needs the server says that it does not answer. */ });
  return { element, value: () => select.value, set: disabled => select.disabled = disabled };
}
