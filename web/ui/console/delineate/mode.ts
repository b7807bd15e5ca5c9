import type { Hand } from '$shared/map'
import type { Action } from './frame'
import type { Pen } from './pen.svelte'
import type { Request } from './request'

export const modeNames = ['browse', 'draw', 'split', 'reshape', 'merge', 'building'] as const
export type ModeName = (typeof modeNames)[number]

/** The key that enters each mode. */
export const modeKeys: Record<ModeName, string> = { browse: 'v', draw: 'd', split: 's', reshape: 'r', merge: 'm', building: 'b' }

/** A way of working on the map. There is one at a time. */
export interface Mode {
  readonly name: ModeName
  /** What the pointer does. */
  readonly hand: Hand
  /** What lines are drawn with, if any are. */
  readonly pen: Pen | null
  /** What has been drawn and chosen makes of the frame; null while it makes nothing. */
  readonly action: Action | null
  /** What the server is asked to do; null while it is not all there. */
  readonly request: Request | null
  /** What is still missing, in words; empty where nothing is. */
  readonly missing: string
  enter(): void
  exit(): void
}
