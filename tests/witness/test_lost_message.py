"""One message of a book is lost on the way to other people's clients: is what they show then still the market?

The documentation's comparison rests on this; ``-m witness`` shows it anew. Each test states what the client does today,
so that a version that does better turns it red.
"""
