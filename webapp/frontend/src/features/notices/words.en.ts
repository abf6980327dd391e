export default {
  notices: {
    title: 'Notices',
    confirm: 'I have read it',
    seen: 'Got it',
    readAt: 'read {time}',
    readers: 'Who has read it',
    of: '{n} of {all} have read it.',
    notYet: 'not yet',
    all: 'All notices ({n})',
    fewer: 'Only what I have not read',
  },
}
