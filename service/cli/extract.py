"""topicdesk extract"""

from service.cli import console


def extract(source: console.Source = "-", as_json: console.AsJson = False) -> None:
    """Print the articles on a page, without classifying them."""
    from service.intake import document

    found = document.extract(console.read_document(source))
    if as_json:
        console.print_json({"articles": found})
        return
    texts = [f"{article.title}\n\n{article.text}" if article.title else article.text for article in found]
    print(console.clean("\n\n\n".join(texts)))
