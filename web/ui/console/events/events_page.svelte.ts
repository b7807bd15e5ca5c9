import { api, type Event } from '$shared/api'
import { levelOf } from '$shared/domain'
import { Listing } from '$shared/view'
import { app } from '../shell/app.svelte'
import { live, settled } from '../shell/live.svelte'
import { freshOf, newest } from './fresh'

/** The events page: who did what, the newest first, and kept up to date at its top. */
export class EventsPage {
  readonly events = new Listing<Event>()
  /** Events above this came while the page was open. */
  known = $state(0)

  get within(): string {
    const { within = '' } = app.route.query
    return levelOf(within) && within.startsWith(app.scope) ? within : app.scope
  }

  get subject(): string {
    return app.route.query.subject ?? ''
  }

  async load(): Promise<void> {
    const { within, subject } = this
    await this.events.load((after) => api.events({ within, subject, after, limit: 100 }))
    this.known = this.events.items[0]?.id ?? 0
  }

  /** Keeps looking for what is new while the page is open; what it answers stops. */
  watch(): () => void {
    const again = settled(() => void this.lookUp())
    const stops = (['coverage', 'flag', 'map'] as const).map((name) => live.on(name, again.call))
    stops.push(live.onAgain(again.call))
    return () => {
      again.stop()
      for (const stop of stops) stop()
    }
  }

  /** Puts what is new on top of what is here; where too much is new, the list begins anew. */
  async lookUp(): Promise<void> {
    if (this.events.busy || this.events.error || !this.events.ready) return
    const { within, subject } = this
    const { items } = await api.events({ within, subject, limit: newest }).catch(() => ({ items: [] }))
    if (within !== this.within || subject !== this.subject) return
    const fresh = freshOf(items, this.events.items)
    if (fresh === null) await this.events.again()
    else if (fresh.length > 0) this.events.items = [...fresh, ...this.events.items]
  }
}
