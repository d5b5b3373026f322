import { ask } from '../api/client';
import { Bars } from '../charts/bars';
import { drawHeat, type FaceMap } from '../charts/heatMap';
import { drawBoxes } from '../charts/overlay';
import { button, make } from '../dom';
import type { FaceReading, PictureReading } from '../recognition/faces';
import { recognizer } from '../readers';
import { count, percent } from '../words';
import { labelChoice } from './labelChoice';
import { Message } from './message';
import type { View } from './view';

/** Photos that are dropped, pasted or chosen; read in this browser. */
export function photoView(): View {
  const message = new Message(), labels = labelChoice();
  const pictures = make('div', { className: 'pictures' });
  const input = make('input', { type: 'file', accept: 'image/*', multiple: true });
  const zone = make('label', { className: 'drop' }, input,
    make('strong', {}, 'Choose photos'), make('span', {}, 'or drop them here, or paste one. They are read in this browser and not sent anywhere.'));
  const element = make('section', {}, make('h1', {}, 'Photo'), zone, labels.element, message.element, pictures);

  const read = async (files: Iterable<File>) => {
    message.clear();
    for (const file of files)
      await readOne(file);
  };
  const readOne = async (file: File) => {
    const name = file.name || 'pasted picture';
    try {
      message.tell(`Reading ${name}; the models are loaded with the first picture.`);
      const bitmap = await decode(file, name);
      const chosen = labels.value(), reader = await recognizer(chosen);
      pictures.prepend(pictureCard(file, await reader.readPicture(name, bitmap), reader.labels, chosen));
      message.clear();
    } catch (error) {
      message.fail(error);
    }
  };

  input.addEventListener('change', async () => {
    await read([...input.files!]);
    input.value = '';
  });
  for (const name of ['dragenter', 'dragover', 'dragleave', 'drop'] as const) {
    zone.addEventListener(name, event => {
      event.preventDefault();
      zone.classList.toggle('over', name === 'dragenter' || name === 'dragover');
    });
  }
  zone.addEventListener('drop', event => read(event.dataTransfer?.files ?? []));
  document.addEventListener('paste', event => {
    if (element.isConnected && event.clipboardData?.files.length)
      read(event.clipboardData.files);
  });
  return { element };
}

async function decode(file: File, name: string): Promise<ImageBitmap> {
  try {
    // As it is in the file, as the server reads it: no colour management, alpha laid onto white later.
    return await createImageBitmap(file, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  } catch {
    throw new Error(`${name} is no picture that this browser can read, or it is damaged. JPEG, PNG and WebP can be read.`);
  }
}

function pictureCard(file: File, { source, width, height, faces }: PictureReading, labels: readonly string[], chosen: string): HTMLElement {
  const boxes = make('canvas', { attributes: { role: 'img', 'aria-label': faces.length === 0 ? 'No face' : faces.map((face, index) => `Face ${index + 1}: ${face.label}`).join(', ') } });
  const heat = make('canvas', { className: 'heat', attributes: { 'aria-hidden': 'true' } });
  const image = make('img', { alt: source });
  const address = URL.createObjectURL(file);
  const draw = () => drawBoxes(boxes, width, height, faces.map((face, index) => ({ box: face.box, label: face.label, text: `${index + 1} ${face.label} ${percent(face.confidence)}`, short: String(index + 1) })));
  image.onload = () => {
    URL.revokeObjectURL(address);
    draw();
  };
  image.src = address;
  const stage = make('div', { className: 'stage' }, image, heat, boxes);
  new ResizeObserver(draw).observe(stage);

  const message = new Message(), maps = make('div');
  const card = make('article', { className: 'card picture' },
    make('h2', {}, source),
    make('div', { className: faces.length > 2 ? 'many' : 'split' },
      stage,
      make('div', { className: 'faces' },
        make('p', {}, faces.length === 0 ? 'No face was found. Faces that are very small, turned away or covered are missed.' : `${count(faces.length, 'face')}, the most certain one first.`),
        ...faces.map((face, index) => faceCard(face, index, labels)))),
    message.element, maps);
  const explain = button('Show the heat map', async () => {
    await message.during('The server covers each face in 256 places and reads it again each time.', async () => {
      const answer = await ask(`/v1/explain${chosen ? `?labels=${encodeURIComponent(chosen)}` : ''}`, { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } });
      const { faces: explained } = await answer.json() as { faces: FaceMap[] };
      drawHeat(heat, width, height, explained);
      maps.replaceChildren(heatText(explained));
    });
  });
  if (faces.length > 0) {
    card.append(make('p', { className: 'actions' }, explain,
      make('span', { className: 'faint' }, 'The server that this page came from computes it and forgets the picture.')));
  }
  return card;
}

function faceCard(face: FaceReading, index: number, labels: readonly string[]): HTMLElement {
  const bars = new Bars(labels);
  bars.show(face.scores);
  return make('section', { className: 'face' }, make('h3', {}, `Face ${index + 1} reads as ${face.label}`), bars.element);
}

function heatText(faces: readonly FaceMap[]): HTMLElement {
  return make('p', {}, faces.length === 0 ? 'The server’s own detector found no face here. Start it with --detector face-detector to have the one of this page.'
    : `Red parts carry the label, blue parts speak against it. ${faces.map(face => `${face.label} ${percent(face.probability)}, ${percent(face.lowest)} with the part covered that matters most`).join('; ')}.`);
}
