export default {
  login: {
    title: 'Log in',
    lead: 'Calls, people and figures of your centre on one screen.',
    login: 'User name',
    password: 'Password',
    needBoth: 'Enter user name and password.',
    ended: 'Your session has ended. Please log in again.',
    callGoesOn: 'Your call goes on. Log in again to see it.',
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    point1: "The right agent's screen rings",
    point2: 'Live figures within a second',
    point3: 'Every call on record',
  },
}
