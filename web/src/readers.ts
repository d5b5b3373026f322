import { knownKey } from './api/key';
import { browserModels } from './api/models';
import { Recognizer } from './recognition/recognizer';

const loaded = new Map<string, Promise<Recognizer>>();

/**
 * The recognizer of this browser, loaded when it is first needed and shared by the views.
 * @param labels The name of one of the model's other sets of labels; empty for its own.
 */
export function recognizer(labels: string): Promise<Recognizer> {
  let known = loaded.get(labels);
  if (!known) {
    known = browserModels(labels).then(models => Recognizer.load(models, knownKey()));
    loaded.set(labels, known);
    // What failed may be tried again.
    known.catch(() => loaded.delete(labels));
  }
  return known;
}
