// A button that saves a file of the API, says how much has come, and can be stopped. Nothing is saved
// before all of it is there.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { Refusal } from '../asking/api.ts'
import { fetchFile } from '../asking/file.ts'
import { rate } from './format.ts'
import { pieceWords } from './words.ts'
import { Refused } from './refusal.tsx'
import { saveFile } from './save-file.ts'

export const Download = (of: { label: string; path: string; name: string }) => {
  const said = pieceWords()
  const { bytes, refusal, isSaved, start, stop } = useDownload(of)
  const isRunning = bytes !== undefined
  return (
    <div class="download">
      <div class="buttons">
        <button type="button" aria-disabled={isRunning} onClick={start}>
          {of.label}
        </button>
        {isRunning ? (
          <button type="button" class="plain" onClick={stop}>
            {said.stop}
          </button>
        ) : null}
        <span class="quiet small" role="status">
          {isRunning ? said.soFar(rate(bytes / 1024)) : isSaved && said.saved}
        </span>
      </div>
      <Refused refusal={refusal} />
    </div>
  )
}

interface State {
  bytes?: number // that have come, while it is on its way
  refusal?: Refusal
  isSaved?: boolean
}

const useDownload = ({ path, name }: { path: string; name: string }) => {
  const [state, setState] = useState<State>({})
  const running = useRef<AbortController | undefined>(undefined)
  const stop = () => {
    running.current?.abort()
    running.current = undefined
    setState({})
  }
  useEffect(() => () => running.current?.abort(), [])
  const start = async () => {
    if (running.current !== undefined) return
    const { signal } = (running.current = new AbortController())
    setState({ bytes: 0 })
    const told = (bytes: number) => setState({ bytes })
    const file = await fetchFile(path, { signal, told })
    if (signal.aborted) return
    running.current = undefined
    if (!(file instanceof Blob)) return setState({ refusal: file })
    saveFile(file, name)
    setState({ isSaved: true })
  }
  return { ...state, stop, start: () => void start() }
}
