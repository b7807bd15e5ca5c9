import type { door as source } from '../zh/door'

export const door: Record<keyof typeof source, string> = {
  door_add: 'Add one dwelling',
  door_how: 'In a block, give stairwell, floor and door. A courtyard or a house has no stairwell: give the door or the side.',
  door_tower: 'Block',
  door_courtyard: 'Courtyard, house',
  door_stairwell: 'Stairwell',
  door_floor: 'Floor',
  door_name: 'Door',
  door_name_hint: 'Such as 302, east room; no names of people',
  door_name_needed: 'Give the door',
  door_there: 'This dwelling is listed already',
}
