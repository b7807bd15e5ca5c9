import { api, type Hit } from '$shared/api'
import { Loaded } from '$shared/view'

const patience = 180

/** Finds places while somebody types. */
export class Search {
  text = $state('')
  at = $state(0)
  readonly hits = new Loaded<Hit[]>()
  /** What the hits answer; while somebody types on, it is not yet what stands in the field. */
  #answered = ''
  #timer: ReturnType<typeof setTimeout> | undefined

  type(county: string): void {
    clearTimeout(this.#timer)
    const text = this.text.trim()
    if (text === '') {
      this.hits.clear()
      return
    }
    this.#timer = setTimeout(() => {
      this.at = 0
      void this.hits.load(async () => {
        const found = await api.search(text, county)
        this.#answered = text
        return found
      })
    }, patience)
  }

  /** Moves among what was found, round its ends. */
  move(by: number): void {
    const n = this.hits.value?.length ?? 0
    if (n > 0) this.at = (this.at + by + n) % n
  }

  /** The one that Enter opens; none while the hits answer another question. */
  get chosen(): Hit | undefined {
    if (this.#answered !== this.text.trim()) return undefined
    return this.hits.value?.[this.at]
  }

  clear(): void {
    this.text = ''
    this.hits.clear()
  }
}
