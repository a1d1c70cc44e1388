// A text that should be JSON, laid out for people; as it came where that would change what it says, and where
// it is something else.

export const JsonText = ({ label, text }: { label: string; text: string }) => (
  <details>
    <summary>{label}</summary>
    <pre>{laidOut(text)}</pre>
  </details>
)

const laidOut = (text: string): string => {
  try {
    const value: unknown = JSON.parse(text)
    return JSON.stringify(value) === text ? JSON.stringify(value, undefined, 2) : text
  } catch {
    return text
  }
}
