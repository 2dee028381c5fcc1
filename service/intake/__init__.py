"""Articles out of what people have at hand: a text, a web page, a page copied from a browser."""
