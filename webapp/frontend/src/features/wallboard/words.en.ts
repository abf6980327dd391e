export default {
  wallboard: {
    nav: 'Wallboard',
    fullScreen: 'Full screen',
    leave: 'Back',
    waitingNow: 'Waiting now',
    longest: 'Longest wait',
  },
}
