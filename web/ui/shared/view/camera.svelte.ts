// What the compiler does not know yet of browsers that read codes.
interface Detector {
  detect(of: HTMLVideoElement): Promise<{ rawValue: string }[]>
}
declare const BarcodeDetector: { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> } | undefined

/** Reads the code in a picture; throws where there is none. */
export type ReadCode = (picture: ImageData) => string

const every = 120
/** Pixels along the longer side of what is read: enough for a code, and quick. */
const widest = 1280

/** Reads codes with the camera: by the browser itself where it can, else by code that is brought for it, if any. */
export class Camera {
  /** Whether codes can be read here at all. */
  able = $state(false)
  looking = $state(false)
  failed = $state(false)
  readonly #bring: (() => Promise<ReadCode>) | undefined
  #stream: MediaStream | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(bring?: () => Promise<ReadCode>) {
    this.#bring = bring
  }

  async ask(): Promise<void> {
    this.able = Boolean(navigator.mediaDevices) && (this.#bring !== undefined || (await detects()))
  }

  /** Shows what the camera sees and calls `found` with each code, until it says that it was the one; what it answers lets the camera go. */
  watch(video: HTMLVideoElement, found: (text: string) => boolean): () => void {
    void this.#begin(video, found)
    return () => this.stop()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#stream?.getTracks().forEach((track) => track.stop())
    this.#stream = undefined
    this.looking = false
  }

  async #begin(video: HTMLVideoElement, found: (text: string) => boolean): Promise<void> {
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: widest } } })
      video.srcObject = this.#stream
      await video.play()
      const read = await this.#reader(video)
      const look = async () => {
        const texts = await read().catch(() => [])
        if (!this.#stream) return
        if (texts.some(found)) this.stop()
        else this.#timer = setTimeout(() => void look(), every)
      }
      void look()
    } catch {
      this.failed = true
      this.stop()
    }
  }

  async #reader(video: HTMLVideoElement): Promise<() => Promise<string[]>> {
    if (typeof BarcodeDetector !== 'undefined' && (await detects())) {
      const detector = new BarcodeDetector({ formats: ['qr_code'] })
      return async () => (await detector.detect(video)).map(({ rawValue }) => rawValue)
    }
    if (!this.#bring) throw new Error('this browser reads no codes')
    const read = await this.#bring()
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    return async () => {
      const picture = context && pictureOf(video, context)
      return picture ? [read(picture)] : []
    }
  }
}

async function detects(): Promise<boolean> {
  if (typeof BarcodeDetector === 'undefined') return false
  return (await BarcodeDetector.getSupportedFormats().catch((): string[] => [])).includes('qr_code')
}

function pictureOf(video: HTMLVideoElement, context: CanvasRenderingContext2D): ImageData | null {
  const { videoWidth: width, videoHeight: height } = video
  if (!width) return null
  Object.assign(context.canvas, { width, height })
  context.drawImage(video, 0, 0)
  return context.getImageData(0, 0, width, height)
}
