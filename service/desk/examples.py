"""Short news that never happened, to try the model on."""

from typing import NamedTuple


class Example(NamedTuple):
    """A text to try, and what it is, in a few words."""

    title: str
    text: str


EXAMPLES = [
    Example(
        "A report from a border",
        """Monitors count 40 breaches of the truce along the Sarne

By Ilka Brandt

Observers posted on the Sarne river said on Thursday that they had counted forty breaches of the ceasefire in a \
week, most of them mortar fire between the two armies at the northern crossing.

The foreign ministry in Oulmark accused its neighbour of moving troops into the demilitarised strip and summoned \
the ambassador. The neighbour said its soldiers had never left their own side of the line that both countries \
signed in spring.

Some 300 families who fled the shelling are waiting in schools for the road to be cleared of mines. An exchange of \
prisoners planned for Sunday was put off.
""",
    ),
    Example(
        "A page with several articles",
        """The Harbour Post
Home | News | Sport | Weather

Officer charged over death of cyclist in custody

By Tom Arden
5 March, 09:10

Prosecutors have charged a police officer with manslaughter over the death of a cyclist who was held face down in a\
 police van last summer, after an inquest jury found that the force used was unlawful.

The oversight board said it had asked for the footage of four body cameras, two of which had been switched off. The\
 family's lawyer called for the sergeant in charge to be suspended until the misconduct hearing.

Messaging app told to scan private chats or leave

By Noor Vale
5 March, 08:30

The regulator has given an encrypted messaging service ninety days to scan the private chats of its users or stop \
its service, in the first order under the new online safety law.

Privacy groups said they would go to court, since no one can read encrypted messages without breaking the \
encryption for everybody. The company said it would rather leave than build surveillance into its app.

Town bakes its longest plum cake yet

By Wilma Rook
4 March, 17:45

Forty bakers of the old town joined their tables on Saturday for a plum cake of eighty metres, eleven metres longer\
 than the one of last year, and sold it by the slice for the roof of the parish hall.

The mayor cut the first piece at noon. By three o'clock nothing was left but crumbs, the committee said, and next \
year's cake is to reach the harbour wall.
""",
    ),
    Example(
        "One that is hard to tell",
        """Council wants to know who watches the new cameras

The town council put off a vote on Tuesday on sixty new cameras for the station quarter. Members asked the operator\
 how long the pictures would be kept, and who looks at them.

The mayor promised a report by summer. Shop owners, who have paid for half of the cameras, said that they had \
waited long enough for safer streets.
""",
    ),
]
