import pytest

from model import boilerplate

NEWS = "Troops traded fire across the line on Monday.\nBoth governments blamed the other and called up reserves."


@pytest.mark.parametrize(
    "site",
    [
        "Get the day's stories by email: subscribe to our newsletter and unsubscribe whenever you like.",
        "© 2024 The Examiner. All rights reserved. No part of this page may be reproduced without permission.",
        "Follow us on Facebook and Twitter, or download the app to read more stories and listen to podcasts.",
        "Read more\nSubscribe to the print edition, share this article or log in to post comments on this page.",
    ],
)
def test_the_sites_words_are_cut_off(site: str) -> None:
    assert boilerplate.trim(f"{NEWS}\n\n{site.splitlines()[-1]}\n") == NEWS
    assert boilerplate.trim(NEWS) == NEWS


@pytest.mark.parametrize(
    "news",
    [
        "Facebook said it had removed the posts and told users about its privacy policy.",
        "The newspaper's editor was charged over articles posted on its website last year, colleagues said.",
        "Subscribers will have their data deleted, the regulator ruled.",
        "",
    ],
)
def test_news_about_sites_stays(news: str) -> None:
    assert boilerplate.trim(f"{NEWS}\n{news}") == f"{NEWS}\n{news}".rstrip()
