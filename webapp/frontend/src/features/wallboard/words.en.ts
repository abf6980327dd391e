export default {
  wallboard: {
    nav: 'Wallboard',
    title: 'Wallboard',
    fullScreen: 'Full screen',
    leave: 'Back',
    waitingNow: 'Waiting now',
    longest: 'Longest wait',
    talking: 'Talking',
  },
}
