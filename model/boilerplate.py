"""Where an article's own text ends and the site's begins: newsletters, cookies, rights, sharing, sign-offs.

Such paragraphs say nothing of what an article is about, but in a short item they may be half of the words.
"""

from model import analysis

# Words that sites use about themselves. One is nothing; several in a short last paragraph are a sign.
SITE_WORDS = frozenset(
    """
    ad additional ads advert advertisement advertising adverts analytics android app apps article articles author
    available back browse browser browsing bureau button call click comment comments consent contact content
    contribution contributions cookie cookies copy copyright correspondents daily desk devices digital donate
    download edited editing edition editor email feed feedback follow free guidelines inbox information iphone
    journalism latest link links listen log login manage material members membership message moderated moderators
    newsdesk newsletter newsletters newsroom notice notifications offline page participate partners permission
    personal picks play podcast podcasts policy popular posted preferences print privacy published publisher push
    read readers reading recommended redistributed register related reply reporting reproduced reserved rewritten
    rights rules save settings share sign site standards store stories story subscribe subscriber subscribers
    subscription subscriptions support supporting terms tips top trending trust unlimited unsubscribe update
    updates use visit watch website write writing
    """.split()
)
LONGEST, MOST, LEAST_WORDS, LEAST_SHARE = 700, 6, 5, 0.35


def trim(text: str) -> str:
    """Return a text without the site's own paragraphs at its end; it may be nothing but those."""
    end = len(text.rstrip())
    for _ in range(MOST):
        start = text.rfind("\n", 0, end) + 1
        if end - start > LONGEST or not is_boilerplate(text[start:end]):
            break
        end = len(text[:start].rstrip())
    return text[:end]


def is_boilerplate(paragraph: str) -> bool:
    """Tell whether a short paragraph is the site's: many of its words are those sites use about themselves."""
    content = analysis.content(analysis.words(paragraph))
    site = [word for word in content if word in SITE_WORDS]
    return len(set(site)) >= LEAST_WORDS and len(site) >= LEAST_SHARE * len(content)
