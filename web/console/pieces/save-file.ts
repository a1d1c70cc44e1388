// Saves what the page has as a file, as if it were downloaded.

export const saveFile = (file: Blob, name: string) => {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), ADDRESS_KEPT_MS)
}

const ADDRESS_KEPT_MS = 10_000 // until the browser has begun to save it
