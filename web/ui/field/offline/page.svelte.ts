/** The page as this browser keeps it: whether it starts without a server, and whether a newer one waits to take over. */
class KeptPage {
  /** Whether the page starts where no server is heard; null while it is not known. */
  kept = $state<boolean | null>(null)
  newer = $state(false)
  #registration: ServiceWorkerRegistration | undefined
  #asked = false

  /** Has the page kept, where the browser can; a browser that cannot still shows it, with a server. */
  async keep(): Promise<void> {
    if (!import.meta.env.PROD || !('serviceWorker' in navigator)) {
      this.kept = false
      return
    }
    const { serviceWorker } = navigator
    serviceWorker.addEventListener('controllerchange', () => {
      if (this.#asked) location.reload()
    })
    try {
      const registration = await serviceWorker.register(`${import.meta.env.BASE_URL}worker.js`, { scope: import.meta.env.BASE_URL })
      this.#registration = registration
      this.#seen()
      registration.addEventListener('updatefound', () => {
        registration.installing?.addEventListener('statechange', () => this.#seen())
      })
    } catch {
      // Without a server there is nothing to register, and the one that is there goes on.
      this.#registration = await serviceWorker.getRegistration(import.meta.env.BASE_URL)
      this.#seen()
    }
    if (this.#registration) await serviceWorker.ready.then(() => (this.kept = true))
    else this.kept = false
  }

  /** Looks for a newer page; it comes in beside the one that is open. */
  async look(): Promise<void> {
    await this.#registration?.update().catch(() => undefined)
    this.#seen()
  }

  /** Opens the newer page. What was recorded lies in the tablet's store, so nothing of it is lost; a form that is open is. */
  takeOver(): void {
    this.#asked = true
    this.#registration?.waiting?.postMessage('take over')
  }

  #seen(): void {
    this.newer = Boolean(this.#registration?.waiting && navigator.serviceWorker.controller)
  }
}

export const page = new KeptPage()
