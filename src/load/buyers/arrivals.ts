// When the buyers of a herd come. Each draws one number 0 ≤ u < 1, and the curve turns it into an
// instant after the opening: u is the share of the herd that has come by then.
//
//   step   rate constant                t = T · u
//   ramp   rate ∝ t, from 0             t = T · √u
//   herd   rate ∝ e^(−t/τ), τ = T/5     t = −τ · ln(1 − u · (1 − e^(−T/τ)))
//
// In a herd 63 % have come after a fifth of the time and 87 % after two; the first moment sees five
// times the mean rate, a ramp's last moment twice.

export const CURVES = ['step', 'ramp', 'herd'] as const
export type Curve = (typeof CURVES)[number]

const TAIL = 5 // T/τ

export const arrivalMs = ({ curve, overMs }: { curve: Curve; overMs: number }, drawn: number) => {
  switch (curve) {
    case 'step':
      return overMs * drawn
    case 'ramp':
      return overMs * Math.sqrt(drawn)
    case 'herd':
      return (-overMs / TAIL) * Math.log1p(drawn * Math.expm1(-TAIL))
  }
}
