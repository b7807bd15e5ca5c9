import { ApiError, api, onSignedOut, type Session } from '$shared/api'
import { isLanguage, language, setLanguage, t } from '$shared/i18n'
import { themes, type Theme } from '$shared/map/style'
import { say } from '$shared/view'

const themeKept = 'canvass.field.theme'

/** What the whole field page knows: who is signed in and how it looks. */
class App {
  session = $state.raw<Session | null>(null)
  /** Whether it is known yet if somebody is signed in. */
  asked = $state(false)
  unreachable = $state('')
  theme = $state<Theme>(firstTheme())

  get user(): Session['user'] {
    if (!this.session) throw new Error('asked for the user while nobody is signed in')
    return this.session.user
  }

  async start(): Promise<void> {
    this.#look()
    onSignedOut(() => this.signedOut())
    await this.ask()
  }

  /** Asks the server who is signed in. */
  async ask(): Promise<void> {
    this.unreachable = ''
    try {
      this.#begin(await api.session())
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (!error.signedOut) this.unreachable = error.message
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

  /** The server no longer knows the session. */
  signedOut(): void {
    if (this.session) say(t('signed_out'), 'warn')
    this.session = null
  }

  async speak(to: 'zh' | 'en'): Promise<void> {
    setLanguage(to)
    if (this.session) await api.setLanguage(to)
  }

  dress(theme: Theme): void {
    this.theme = theme
    localStorage.setItem(themeKept, theme)
    this.#look()
  }

  #begin(session: Session): void {
    this.session = session
    if (isLanguage(session.user.language) && session.user.language !== language()) setLanguage(session.user.language)
  }

  #look(): void {
    document.documentElement.dataset.theme = this.theme
    setLanguage(language())
  }
}

// By day the page is made for the sun; who works at night keeps the tablet dark.
function firstTheme(): Theme {
  const kept = localStorage.getItem(themeKept)
  const known = themes.find((theme) => theme === kept)
  return known ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'sun')
}

export const app = new App()
