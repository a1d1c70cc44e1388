// The settings of this process, as operators see them. Of secrets only the ids of their keys are shown.

import { type Static, Type } from '@sinclair/typebox'
import { closed } from './fields.ts'

export const SettingView = Type.Object(
  {
    name: Type.String(),
    value: Type.String(), // as it would be written; of a secret: the ids of its keys
    default: Type.String(),
    unit: Type.String(),
    meaning: Type.String(),
  },
  closed,
)
export type SettingView = Static<typeof SettingView>

export const SettingsView = Type.Object({ settings: Type.Array(SettingView) }, closed)
