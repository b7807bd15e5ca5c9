import type { Hand } from '$shared/map'
import type { Action } from './frame'
import type { Pen } from './pen.svelte'
import type { Request } from './request'

export const modeNames = ['browse', 'draw', 'split', 'reshape', 'merge', 'transfer', 'building'] as const
export type ModeName = (typeof modeNames)[number]

/** The key that enters each mode. */
export const modeKeys: Record<ModeName, string> = { browse: 'v', draw: 'd', split: 's', reshape: 'r', merge: 'm', transfer: 't', building: 'b' }

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
  /** What it shows on the map beside the frame, where it has no pen. */
  readonly sketch?: GeoJSON.FeatureCollection | null
  enter(): void
  exit(): void
  /** What was asked for is done. */
  landed?(): void
  /** Answers a key where it has no pen; false where it is not the mode's. */
  key?(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey'>): boolean
  /** Goes a step back; false where there is none. */
  back?(): boolean
}
