/** Reads a QR code from a picture or from what a camera sees: by the browser itself where it can, else by a decoder that is loaded then. */

/** Pictures from cameras are larger than a code needs; reading fewer pixels is faster. */
const PIXELS_MAX = 1_000;

type Source = ImageBitmap | HTMLVideoElement;

/** What a browser has of its own (Shape Detection API); TypeScript's library does not know it. */
interface NativeDetector {
  detect(source: Source): Promise<readonly { readonly rawValue: string }[]>;
}
interface NativeDetectorClass {
  new (options: { formats: readonly string[] }): NativeDetector;
  getSupportedFormats(): Promise<readonly string[]>;
}

let native: Promise<NativeDetector | undefined> | undefined;

/** The browser's own detector; undefined where there is none, or none that knows QR codes. */
async function nativeDetector(): Promise<NativeDetector | undefined> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: NativeDetectorClass };
  if (!BarcodeDetector) return undefined;
  const formats = await BarcodeDetector.getSupportedFormats();
  return formats.includes('qr_code') ? new BarcodeDetector({ formats: ['qr_code'] }) : undefined;
}

/** The text of the code in `source`; undefined: none is seen. */
async function readFrom(source: Source, width: number, height: number): Promise<string | undefined> {
  native ??= nativeDetector().catch(() => undefined);
  const detector = await native;
  if (!detector) return decode(source, width, height);
  try {
    return (await detector.detect(source))[0]?.rawValue || undefined;
  } catch {
    // It is there and does not work, as on systems whose barcode service is missing.
    native = Promise.resolve(undefined);
    return decode(source, width, height);
  }
}

/** The same without the browser's help. */
async function decode(source: Source, width: number, height: number): Promise<string | undefined> {
  const { default: jsqr } = await import('jsqr');
  const scale = Math.min(1, PIXELS_MAX / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return undefined;
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return jsqr.default(data, canvas.width, canvas.height)?.data || undefined;
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
