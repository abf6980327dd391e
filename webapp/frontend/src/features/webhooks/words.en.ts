export default {
  webhooks: {
    log: 'Deliveries',
    state: 'State',
    all: 'All',
    reload: 'Reload',
    test: 'Send a test',
    tested: 'A test is on its way.',
    time: 'Time',
    kind: 'What',
    tries: 'Tries',
    answer: 'Answer',
    replay: 'Send again',
    replayed: 'It is sent again, under the same id.',
    none: 'Nothing was sent yet',
    noneHint: 'What happens from now on stands here.',
  },
}
