export default {
  look: {
    picture: 'Picture',
    choose: 'Choose a file',
    another: 'Another file',
    take: 'Remove',
    isOwn: "The product's own",
    own: "The product's own again",
    pick: '{label}: pick',
    sample: 'Text on it',
  },
}
