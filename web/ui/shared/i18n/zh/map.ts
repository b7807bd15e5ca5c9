export const map = {
}
