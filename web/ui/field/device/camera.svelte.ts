import { isEnrolment } from './code'

// What the compiler does not know yet of browsers that read codes.
interface Detector {
  detect(of: HTMLVideoElement): Promise<{ rawValue: string }[]>
}
declare const BarcodeDetector: { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> } | undefined

const every = 250

/** Looks for an enrolment code with the camera, where the browser reads codes. */
export class Camera {
  /** Whether this browser reads codes at all. */
  able = $state(false)
  looking = $state(false)
  failed = $state(false)
  #stream: MediaStream | undefined
  #timer: ReturnType<typeof setInterval> | undefined

  async ask(): Promise<void> {
    if (typeof BarcodeDetector === 'undefined' || !navigator.mediaDevices) return
    const formats = await BarcodeDetector.getSupportedFormats().catch((): string[] => [])
    this.able = formats.includes('qr_code')
  }

  /** Shows what the camera sees and calls `found` with the first code; what it answers lets the camera go. */
  watch(video: HTMLVideoElement, found: (text: string) => void): () => void {
    void this.#begin(video, found)
    return () => this.stop()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#stream?.getTracks().forEach((track) => track.stop())
    this.#stream = undefined
    this.looking = false
  }

  async #begin(video: HTMLVideoElement, found: (text: string) => void): Promise<void> {
    if (typeof BarcodeDetector === 'undefined') return
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
      video.srcObject = this.#stream
      await video.play()
    } catch {
      this.failed = true
      this.stop()
      return
    }
    const detector = new BarcodeDetector({ formats: ['qr_code'] })
    this.#timer = setInterval(() => {
      void detector.detect(video).then((codes) => {
        const code = codes.find(({ rawValue }) => isEnrolment(rawValue))
        if (!code) return
        this.stop()
        found(code.rawValue)
      }, () => undefined)
    }, every)
  }
}
