import { Problem } from '../api/client';

/** Opens the camera; the browser asks the user first. */
export async function openCamera(): Promise<MediaStream> {
  if (!navigator.mediaDevices)
    throw new Problem(`Browsers give a camera only to pages that come encrypted or from this machine. Open http://localhost:${location.port || 80}, or let the server use HTTPS.`);
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: false, video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: 'user' } });
  } catch (error) {
    throw new Problem(remedyOf(error));
  }
}

function remedyOf(error: unknown): string {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
      return 'The camera was refused. Allow it for this page at the browser’s address bar, then start again.';
    case 'NotFoundError':
      return 'There is no camera. Connect one and start again, or use Photo or Video.';
    case 'NotReadableError':
      return 'The camera does not start; perhaps another program uses it. Close that program and start again.';
    default:
      return `The camera cannot be opened: ${error instanceof Error ? error.message : error}. Try another browser, or use Photo or Video.`;
  }
}
