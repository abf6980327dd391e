export default {
  prompts: {
    sounds: 'Sounds',
    again: 'Look again',
    folder: { zh: 'Chinese', en: 'English', music: 'Music' },
    listen: 'Listen: {folder}',
    version: 'Version {version}, {length}, by {who}, {time}',
    none: 'No sound yet',
    upload: 'Upload',
    replace: 'Replace',
    converts: 'Converting…',
    drop: 'Remove',
    done: 'Done. Switches have it within a minute.',
    switches: 'What the switches have of all prompts',
    hasAll: 'has all {n} files',
    lacks: 'lacks {lacks} files, e.g. {file}',
    noSwitch: 'No switch has said what it has: each pulls them by a timer.',
  },
}
