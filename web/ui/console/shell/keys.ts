import { letters, pages, type PageName } from './router'

/** What a key asks for. */
export type Command = { do: 'search' } | { do: 'help' } | { do: 'close' } | { do: 'go'; page: PageName }

interface Press {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  at: number
}

const within = 1_200

/**
 * Understands keys one after another: / to search, ? for the list of keys, Escape to close, and g followed by a page's letter.
 * Keys pressed while somebody types are not given to it, but for Escape.
 */
export class Keys {
  #leader = -Infinity

  press({ key, ctrlKey, metaKey, altKey, at }: Press): Command | null {
    if (ctrlKey || metaKey || altKey) return null
    const led = at - this.#leader <= within
    this.#leader = -Infinity
    if (led) {
      const page = pages.find((name) => letters[name] === key.toLowerCase())
      return page ? { do: 'go', page } : null
    }
    switch (key) {
      case 'g':
        this.#leader = at
        return null
      case '/':
        return { do: 'search' }
      case '?':
        return { do: 'help' }
      case 'Escape':
        return { do: 'close' }
      default:
        return null
    }
  }
}

/** Whether an element takes typing, so that letters are its own. */
export function typing(element: EventTarget | null): boolean {
  return element instanceof HTMLElement && (element.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(element.tagName))
}
