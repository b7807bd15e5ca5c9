/** What a thing wants to say beside its words; an icon says the same. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'muted'
