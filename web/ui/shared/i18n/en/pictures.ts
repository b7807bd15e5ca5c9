import type { pictures as source } from '../zh/pictures'

export const pictures: Record<keyof typeof source, string> = {
  picture_title: 'Imagery',
  picture_how: 'Imagery is much larger than the map; take it over Wi-Fi.',
  picture_look: 'Show the size of the imagery',
  picture_do: 'Take the imagery ({size})',
  picture_here: 'The imagery is here; show it by ‘Imagery’ on the map',
  'take_making.fetching': 'The server is fetching imagery…',
}
