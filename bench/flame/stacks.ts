// Reads the output of `perf script -F ip,sym`: one block of lines a sample, the innermost frame first.
// Time spent waiting for something to happen is nobody's, and calls that are between all others and say
// nothing are left out.

import { type FrameName, frameName } from './frame-name.ts'

export interface Stack {
  frames: FrameName[] // the outermost first
  samples: number
}

const KERNEL = /^f{4}[0-9a-f]{12}$/

const IDLE = new Set(['ep_poll', 'do_epoll_wait'])

// How V8 gets from one function to the next, how the kernel gets into a call, how a program begins.
const PLUMBING = [
  /^v8::(?:Invoke|Execution::|MicrotaskQueue::|Function::Call|Builtin_HandleApiCall)/,
  /^(?:JSEntry|JSRunMicrotasksEntry|JSConstruct|Construct|CEntry_|CallApiCallback|InterpreterE)/,
  /^(?:PromiseFulfillReactionJob|AsyncFunctionAwaitResolveClosure|Call_|CallFunction_|Reflect)/,
  /^(?:entry_SYSCALL|do_syscall|x64_sys|__x64_sys|asm_|__libc_start|_start$|start_thread|clone3?$)/,
  /^node::(?:Start|NodeMainInstance|SpinEventLoop|InternalMakeCallback|InternalCallbackScope)/,
  /^main$|^uv_run$|^\[unknown\]$/,
]

export const stacksOf = (text: string): Stack[] => {
  const stacks = new Map<string, Stack>()
  for (const block of text.split(/\n\s*\n/)) {
    const frames = framesOf(block)
    if (frames.length === 0 || frames.some(({ name }) => IDLE.has(name))) continue
    const shown = frames.filter(({ name }) => !PLUMBING.some((one) => one.test(name)))
    const key = shown.map(({ name }) => name).join(';')
    const known = stacks.get(key)
    if (known) known.samples += 1
    else stacks.set(key, { frames: shown, samples: 1 })
  }
  return [...stacks.values()]
}

const LINE = /^\s*([0-9a-f]+) (.+)$/

const framesOf = (block: string): FrameName[] =>
  block
    .split('\n')
    .flatMap((line) => {
      const [, address, symbol] = LINE.exec(line) ?? []
      if (address === undefined || symbol === undefined) return []
      return [frameName(symbol.trim(), { isKernel: KERNEL.test(address) })]
    })
    .toReversed()
