"""Short invented news: three stories of three independent reports each."""

from model.article import Article

DAM = [
    (
        "Hundreds leave Orvane as cracks show in dam",
        "Engineers found cracks in the wall of the Orvane dam on Monday and told the villages below to leave. Buses "
        "took four hundred people to a school in Teslin. The reservoir is being lowered by two metres a day.",
    ),
    (
        "Orvane dam: villages emptied",
        "Families below the Orvane reservoir slept in a Teslin school after inspectors saw the dam wall crack. The "
        "water company is lowering the reservoir and says the wall will hold.",
    ),
    (
        "Water company under fire over Orvane cracks",
        "Residents of Teslin ask why the Orvane dam was last inspected six years ago. Cracks in the wall forced "
        "villages below the reservoir to leave this week.",
    ),
]
VOTE = [
    (
        "Marrec wins second term as mayor of Port Ellis",
        "Ilse Marrec was elected mayor of Port Ellis again with 52 per cent of the vote. Her rival Tomas Quill "
        "conceded before midnight. Turnout was the highest for twenty years.",
    ),
    (
        "Quill concedes to Marrec in Port Ellis",
        "Tomas Quill congratulated Ilse Marrec after a close count in Port Ellis. The mayor keeps her majority in the "
        "council. Voters queued until the polls closed.",
    ),
    (
        "What Marrec's second term means for Port Ellis",
        "Mayor Ilse Marrec promised trams for the harbour of Port Ellis after beating Tomas Quill. Her council "
        "majority lets her pass the budget, and voters will hold her to it.",
    ),
]
FERRY = [
    (
        "Ferry Halcyon runs aground off Brannock",
        "The ferry Halcyon struck rocks near Brannock in fog with ninety passengers aboard. The coastguard lifted all "
        "of them off by helicopter. Nobody was badly hurt.",
    ),
    (
        "Passengers saved from stranded ferry",
        "A coastguard helicopter lifted passengers from the Halcyon after the ferry hit rocks in fog off Brannock. The "
        "captain had slowed down minutes before.",
    ),
    (
        "Inquiry into Halcyon grounding opens",
        "Investigators will ask the captain of the Halcyon why the ferry left Brannock in thick fog. The ship sits on "
        "rocks; the coastguard watches for oil.",
    ),
]
STORIES = [DAM, VOTE, FERRY]


def articles(published: str | None = None) -> list[Article]:
    """Return the nine reports, one of each story in turn."""
    rows = [story[n] for n in range(3) for story in STORIES]
    return [Article(id=str(n), title=title, text=text, published=published) for n, (title, text) in enumerate(rows)]
