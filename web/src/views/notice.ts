import { make } from '../dom';

const ACCEPTED = 'mien.notice';

/** Whether the notice was accepted since this tab was opened. */
export function isAccepted(): boolean {
  return sessionStorage.getItem(ACCEPTED) !== null;
}

export function forgetAcceptance(): void {
  sessionStorage.removeItem(ACCEPTED);
}

/** What comes before anything else. No camera is asked for and no model is loaded before it is accepted. */
export function notice(accepted: () => void): HTMLElement {
  const accept = make('button', { type: 'button', className: 'primary', textContent: 'I understand; continue' });
  accept.addEventListener('click', () => {
    sessionStorage.setItem(ACCEPTED, 'yes');
    accepted();
  });
  return make('main', { className: 'notice' },
    make('p', { className: 'brand' }, 'Mien'),
    make('h1', {}, 'Before you begin'),
    make('dl', {},
      make('dt', {}, 'What is recognised'),
      make('dd', {}, 'Faces, and which of a few expressions each one reads as: happiness, surprise, sadness, anger, disgust, fear or neutral, each with a probability.'),
      make('dt', {}, 'What it does not mean'),
      make('dd', {}, 'A label is a prediction from a facial expression, not a person’s inner state. Facial movement is weak evidence of what somebody feels, people label the same face differently, and the prediction is often wrong. Do not base a decision about a person on it.'),
      make('dt', {}, 'People in view must know'),
      make('dd', {}, 'Tell everybody whom the camera may see, and have their consent. In the EU, inferring emotions at work and in education is prohibited except for medical or safety reasons, and elsewhere people must be told.'),
      make('dt', {}, 'Nothing leaves this device'),
      make('dd', {}, 'Photos and the camera are read in this browser. Only what you yourself send goes to the Mien server that this page came from: videos, heat maps, and frames if you switch that on. Nothing is kept unless you save it, and then numbers, never pictures.')),
    make('p', {}, 'The camera starts only when you start it.'),
    accept);
}
