"""Models of a few hundred terms, and of made-up ones, for tests that need no trained one."""

import dataclasses
from itertools import pairwise

import numpy as np

from model.analysis import Analyser
from model.operating import PERCENT_CAUGHT, PERCENT_RIGHT
from model.parameters import Facts, Parameters
from model.taxonomy import Taxonomy, Topic

TOPICS = [
    Topic(id="ports", label="Ports", definition="Harbours, ships and those who work there."),
    Topic(id="rail", label="Rail", definition="Trains, tracks and those who ride on them."),
]
WORDS = """
    anchor barge berth bollard buoy cargo container crane customs deck dock dredger ferry freight gangway harbour hull
    jetty keel lighter mooring pilot quay ship stevedore terminal tonnage tug vessel wharf axle ballast bogie carriage
    conductor coupling crossing depot diesel electrified engine fare gauge goods junction level locomotive overhead
    passenger pantograph platform points rail sleeper station steam switch ticket timetable track train tram tunnel
    viaduct wagon café straße 2024 first second closed delayed opened strike tender union worker
""".split()


def small(seed: int = 0) -> Parameters:
    """Return a model of two topics over `WORDS` and the pairs of neighbours among them; another seed, another model."""
    random = np.random.default_rng(seed)
    words = ["strasse" if word == "straße" else "cafe" if word == "café" else word for word in WORDS]
    terms = sorted([*words, *map(" ".join, pairwise(words))])
    heads = len(TOPICS)
    return Parameters(
        taxonomy=Taxonomy(TOPICS),
        analyser=Analyser.ENGLISH_PASSAGES,
        terms=tuple(terms),
        idf=1 + random.random(len(terms)),
        coef=random.normal(size=(heads, len(terms))),
        intercept=random.normal(size=heads),
        slope=1 + random.random(heads),
        shift=random.normal(size=heads),
        assign_at=random.random((len(PERCENT_RIGHT), heads)),
        review_at=random.random(len(PERCENT_CAUGHT)),
        facts=Facts(seed=seed, articles=0, articles_per_topic={}, data_sha256="", trained_with="nothing"),
    )


def made_up(parameters: Parameters, terms: list[str]) -> Parameters:
    """Return a model of other terms, whose weights no two terms share."""
    rng = np.random.default_rng(0)
    idf, coef = rng.uniform(1, 9, len(terms)), rng.normal(0, 2, (3, len(terms)))
    return dataclasses.replace(parameters, terms=tuple(terms), idf=idf, coef=coef)
