// What moves on a page, or would at the next change: running animations, and elements whose style has some duration.

import type { Page } from 'playwright-core'

const MOVING = `[
  ...document.getAnimations().map(({ effect }) => effect.target.outerHTML.slice(0, 80)),
  ...[...document.querySelectorAll('*')].flatMap((element) => {
    const style = getComputedStyle(element)
    const isMoving =
      style.animationName !== 'none' ||
      style.transitionDuration.split(', ').some((duration) => parseFloat(duration) > 0) ||
      style.scrollBehavior === 'smooth'
    return isMoving ? [element.outerHTML.slice(0, 80)] : []
  }),
]`

export const moving = (page: Page): Promise<string[]> => page.evaluate<string[]>(MOVING)
