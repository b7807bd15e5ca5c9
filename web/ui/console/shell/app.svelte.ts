import { api, onSignedOut, type Bounds, type County, type Session } from '$shared/api'
import type { Role } from '$shared/domain'
import { isLanguage, language, setLanguage, t } from '$shared/i18n'
import { themes, type Theme } from '$shared/map'
import { say } from '$shared/view'
import { Keys, typing } from './keys'
import { address, parse, type PageName, type Route } from './router'

const themeKept = 'canvass.theme'

/** What the whole console knows: who is signed in, where one is, how it looks, and which keys were pressed. */
class App {
  session = $state.raw<Session | null>(null)
  /** Whether it is known yet if somebody is signed in. */
  asked = $state(false)
  unreachable = $state('')
  route = $state.raw<Route>(parse(location.hash))
  theme = $state<Theme>(firstTheme())
  /** Grows when somebody presses / */
  searches = $state(0)
  helping = $state(false)
  #keys = new Keys()
  #closers: (() => void)[] = []

  get user(): Session['user'] {
    if (!this.session) throw new Error('asked for the user while nobody is signed in')
    return this.session.user
  }

  get role(): Role {
    return this.user.role
  }

  get county(): County | null {
    const counties = this.session?.counties ?? []
    return counties.find((c) => c.code === this.route.county) ?? counties[0] ?? null
  }

  /** The code that the user's rights begin at, within the county shown. */
  get scope(): string {
    const county = this.county?.code ?? ''
    return this.user.scope.startsWith(county) ? this.user.scope : county
  }

  get bounds(): Bounds | null {
    return this.county?.bounds ?? null
  }

  async start(): Promise<void> {
    this.#look()
    addEventListener('hashchange', () => (this.route = parse(location.hash)))
    addEventListener('keydown', (event) => this.#press(event))
    onSignedOut(() => {
      if (this.session) say(t('signed_out'), 'warn')
      this.session = null
    })
    await this.ask()
  }

  /** Asks the server who is signed in. */
  async ask(): Promise<void> {
    this.unreachable = ''
    try {
      this.#begin(await api.session())
    } catch (error) {
      if (error instanceof Error && 'status' in error && error.status !== 401) this.unreachable = error.message
    }
    this.asked = true
  }

  async signIn(name: string, password: string): Promise<void> {
    this.#begin(await api.signIn(name, password))
  }

  async signOut(): Promise<void> {
    await api.signOut()
    this.session = null
  }

  changePassword(current: string, next: string): Promise<void> {
    return api.changePassword(current, next)
  }

  async speak(to: 'zh' | 'en'): Promise<void> {
    setLanguage(to)
    if (this.session) await api.setLanguage(to)
  }

  /** Goes to a page; the county stays, the rest of the address is the page's. */
  go(page: PageName, query: Record<string, string> = {}, county = this.county?.code ?? ''): void {
    location.hash = address({ page, county, query })
  }

  /** Keeps something of the page in its address without a step in the history. */
  keep(query: Record<string, string>): void {
    if (Object.entries(query).every(([name, value]) => (this.route.query[name] ?? '') === value)) return
    this.route = { ...this.route, query: { ...this.route.query, ...query } }
    history.replaceState(null, '', address({ ...this.route, county: this.county?.code ?? '' }))
  }

  dress(theme: Theme): void {
    this.theme = theme
    localStorage.setItem(themeKept, theme)
    this.#look()
  }

  /** What Escape closes; the last opened closes first. What it answers takes it back. */
  closes(close: () => void): () => void {
    this.#closers.push(close)
    return () => {
      this.#closers = this.#closers.filter((other) => other !== close)
    }
  }

  #begin(session: Session): void {
    this.session = session
    if (isLanguage(session.user.language) && session.user.language !== language()) setLanguage(session.user.language)
  }

  #look(): void {
    document.documentElement.dataset.theme = this.theme
    setLanguage(language())
  }

  #press(event: KeyboardEvent): void {
    if (event.defaultPrevented || (typing(event.target) && event.key !== 'Escape')) return
    if (!this.session || document.querySelector('dialog[open]')) return
    const command = this.#keys.press({ ...pressOf(event), at: performance.now() })
    if (!command) return
    if (command.do === 'close') {
      this.#closers.at(-1)?.()
      return
    }
    event.preventDefault()
    if (command.do === 'search') this.searches++
    else if (command.do === 'help') this.helping = true
    else this.go(command.page)
  }
}

function pressOf({ key, ctrlKey, metaKey, altKey }: KeyboardEvent) {
  return { key, ctrlKey, metaKey, altKey }
}

function firstTheme(): Theme {
  const kept = localStorage.getItem(themeKept)
  const known = themes.find((theme) => theme === kept)
  return known ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'day')
}

export const app = new App()
