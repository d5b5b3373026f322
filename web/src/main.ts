import { Recognizer } from './recognition/recognizer';
(window as any).Recognizer = Recognizer;
