"""The visit, from card in to card out: states, events, a pure reducer, the service around it."""
