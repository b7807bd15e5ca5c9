/** For how long a finger has to stay before it means more than a tap. */
const long = 500

/** Tells a finger that stays from one that taps: held, the tap that would follow is not one. */
export function hold(then: () => void): (node: HTMLElement) => () => void {
  return (node) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let held = false
    const begin = () => {
      held = false
      timer = setTimeout(() => {
        held = true
        then()
      }, long)
    }
    const end = () => clearTimeout(timer)
    const click = (event: Event) => {
      if (!held) return
      held = false
      event.preventDefault()
      event.stopImmediatePropagation()
    }
    const menu = (event: Event) => event.preventDefault()
    const listeners = { pointerdown: begin, pointerup: end, pointerleave: end, pointercancel: end, contextmenu: menu } as const
    for (const [name, hear] of Object.entries(listeners)) node.addEventListener(name, hear)
    node.addEventListener('click', click, true)
    return () => {
      end()
      for (const [name, hear] of Object.entries(listeners)) node.removeEventListener(name, hear)
      node.removeEventListener('click', click, true)
    }
  }
}
