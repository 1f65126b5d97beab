/** Reads a QR code from a picture or from what a camera sees. The decoder is loaded when it is first needed. */

/** Pictures from cameras are larger than a code needs; reading fewer pixels is faster. */
const PIXELS_MAX = 1_000;

type Source = ImageBitmap | HTMLVideoElement;

/** The text of the code in `source`; undefined: none is seen. */
async function readFrom(source: Source, width: number, height: number): Promise<string | undefined> {
  const { default: decode } = await import('jsqr');
  const scale = Math.min(1, PIXELS_MAX / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return undefined;
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return decode.default(data, canvas.width, canvas.height)?.data || undefined;
}

/** Undefined: the file is no picture, or shows no code. */
export async function readPicture(file: Blob): Promise<string | undefined> {
  const picture = await createImageBitmap(file).catch(() => undefined);
  return picture && readFrom(picture, picture.width, picture.height);
}

export function hasCamera(): boolean {
  return navigator.mediaDevices?.getUserMedia !== undefined;
}

const LOOK_EVERY_MS = 150;

/**
 * Shows the camera in `video` and answers the first code that it sees and `fits` takes; undefined if `stop` came before.
 * @throws DOMException if there is no camera, or the person or the browser does not allow it
 */
export async function readCamera(
  video: HTMLVideoElement,
  fits: (text: string) => boolean,
  stop: AbortSignal,
): Promise<string | undefined> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  try {
    if (stop.aborted) return undefined;
    video.srcObject = stream;
    await video.play().catch(() => {});
    while (!stop.aborted) {
      const found = video.videoWidth > 0 ? await readFrom(video, video.videoWidth, video.videoHeight) : undefined;
      if (found !== undefined && fits(found)) return found;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return undefined;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}
