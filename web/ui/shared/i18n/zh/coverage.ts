export const coverage = {
}
